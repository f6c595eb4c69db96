import { AppError } from '@casare/shared';
import type { ImapFlow } from 'imapflow';
import type { NodeContext } from '../../define-node.ts';
import type { MailServer } from '../../resources/remotes.ts';

interface SentAccount {
  server: MailServer;
  /** Empty: the one the server names. */
  folder: string;
}

export async function isInSent(ctx: NodeContext, { server, folder }: SentAccount, messageId: string): Promise<boolean> {
  return await ctx.remotes.mailbox(
    server,
    ctx.signal,
    async (client) => await hasMessage(client, await sentFolder(client, folder), messageId),
  );
}

/** Unless the server has put one there itself. */
export async function keepCopy(
  ctx: NodeContext,
  { server, folder }: SentAccount,
  messageId: string,
  raw: Buffer,
): Promise<void> {
  await ctx.remotes.mailbox(server, ctx.signal, async (client) => {
    const path = await sentFolder(client, folder);
    if (!(await hasMessage(client, path, messageId))) await client.append(path, raw, ['\\Seen']);
  });
}

async function hasMessage(client: ImapFlow, path: string, messageId: string): Promise<boolean> {
  // For writing, although nothing is changed: a copy is marked as read only with the rights of the open folder.
  await client.mailboxOpen(path);
  const found = await client.search({ header: { 'message-id': messageId } }, { uid: true });
  return Array.isArray(found) && found.length > 0;
}

async function sentFolder(client: ImapFlow, wanted: string): Promise<string> {
  if (wanted !== '') return wanted;
  const named = (await client.list()).find(({ specialUse }) => specialUse === '\\Sent');
  if (named) return named.path;
  throw new AppError('NOT_FOUND', 'The mail server names no folder for sent mail. Give the Sent folder in the step.');
}
