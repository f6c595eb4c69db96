import { AppError } from '@casare/shared';
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { chosenUids, mailsField, presentUids } from './chosen.ts';

export const deleteMails = defineNode({
  type: 'mail.delete',
  version: 1,
  title: 'Delete mails',
  category: 'mail',
  icon: 'trash',
  description:
    'Puts mails into the trash of the mailbox, or deletes them for good. Those that are gone already are left out.',
  synonyms: ['trash', 'remove mail', 'email'],
  params: z.strictObject({
    mails: mailsField,
    forGood: z.boolean().default(false).meta({ title: 'For good', description: 'Nobody can bring them back.' }),
    trashFolder: z
      .string()
      .max(1000)
      .default('')
      .meta({
        title: 'Trash folder',
        description: 'Empty: the one the server names.',
        'x-advanced': true,
        'x-show-if': { forGood: [false] },
      }),
    ...imapFields,
  }),
  output: z.object({ count: z.int(), uids: z.array(z.int()) }),
  effect: 'idempotent',
  examples: [{ title: 'Into the trash', params: { host: 'imap.example.com', mails: '${steps.read.output.messages}' } }],
  async run(ctx, { mails, forGood, trashFolder, folder, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      const trash = forGood ? '' : trashFolder || (await findTrash(client));
      const mailbox = await client.mailboxOpen(folder);
      const uids = await presentUids(client, chosenUids(mails, mailbox));
      ctx.signal.throwIfAborted();
      if (uids.length > 0 && forGood) await client.messageDelete(uids.join(','), { uid: true });
      else if (uids.length > 0 && mailbox.path !== trash)
        await client.messageMove(uids.join(','), trash, { uid: true });
      return { output: { count: uids.length, uids } };
    });
  },
});

async function findTrash(client: ImapFlow): Promise<string> {
  const named = (await client.list()).find(({ specialUse }) => specialUse === '\\Trash');
  if (named) return named.path;
  throw new AppError(
    'NOT_FOUND',
    'The mail server names no trash. Give the trash folder in the step, or delete for good.',
  );
}
