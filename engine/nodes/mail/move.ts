import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { chosenUids, mailsField, missingMails, presentUids } from './chosen.ts';

export const move = defineNode({
  type: 'mail.move',
  version: 1,
  title: 'Move mails',
  category: 'mail',
  icon: 'folder-input',
  description: 'Moves mails to another folder of the mailbox, or copies them there.',
  synonyms: ['archive', 'copy mail', 'file mail', 'email'],
  params: z.strictObject({
    mails: mailsField,
    to: z.string().min(1).max(1000).meta({ title: 'To folder', placeholder: 'Archive/2026' }),
    copy: z.boolean().default(false).meta({ title: 'Copy only', description: 'The mails stay where they are.' }),
    makeFolder: z.boolean().default(true).meta({ title: 'Make the folder when it is missing', 'x-advanced': true }),
    ...imapFields,
  }),
  output: z.object({ count: z.int(), uids: z.array(z.int()), newUids: z.array(z.int()), folder: z.string() }),
  effect: 'once',
  effectOf: ({ copy }) => (copy ? 'once' : 'idempotent'),
  examples: [
    {
      title: 'Into the archive',
      params: { host: 'imap.example.com', mails: '${steps.read.output.messages}', to: 'Archive' },
    },
  ],
  async run(ctx, { mails, to, copy, makeFolder, folder, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      if (makeFolder) await ensureFolder(client, to);
      const mailbox = await client.mailboxOpen(folder);
      const uids = chosenUids(mails, mailbox);
      const present = await presentUids(client, uids);
      // A run that ended between the move and its record finds that some or all have moved already.
      if (ctx.resumed === undefined && present.length < uids.length)
        throw missingMails(
          uids.filter((uid) => !present.includes(uid)),
          folder,
        );
      if (!copy) await ctx.checkpoint({ uids });
      ctx.signal.throwIfAborted();
      const range = present.join(',');
      const done =
        present.length === 0
          ? undefined
          : copy
            ? await client.messageCopy(range, to, { uid: true })
            : await client.messageMove(range, to, { uid: true });
      return {
        output: { count: uids.length, uids, newUids: (done && [...(done.uidMap?.values() ?? [])]) || [], folder: to },
      };
    });
  },
});

async function ensureFolder(client: ImapFlow, path: string): Promise<void> {
  const known = await client.list();
  if (!known.some((one) => one.path === path)) await client.mailboxCreate(path);
}
