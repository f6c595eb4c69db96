import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapAccountFields, mailServer } from './account.ts';

export const folders = defineNode({
  type: 'mail.folders',
  version: 1,
  title: 'List mail folders',
  category: 'mail',
  icon: 'list-tree',
  description: 'Lists the folders of a mailbox with how many mails are in them and how many of those are unread.',
  synonyms: ['imap folders', 'mailboxes', 'unread count', 'email'],
  params: z.strictObject({
    withCounts: z.boolean().default(true).meta({ title: 'With the numbers of mails' }),
    ...imapAccountFields,
  }),
  output: z.object({
    folders: z.array(
      z.object({
        path: z.string(),
        name: z.string(),
        use: z.string().nullable(),
        messages: z.int().nullable(),
        unread: z.int().nullable(),
      }),
    ),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'All folders', params: { host: 'imap.example.com', user: 'robot' } }],
  async run(ctx, { withCounts, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      const found = await client.list(withCounts ? { statusQuery: { messages: true, unseen: true } } : {});
      const list = found.map(({ path, name, specialUse, status }) => ({
        path,
        name,
        use: specialUse?.replace(/^\\/, '').toLowerCase() ?? null,
        messages: status?.messages ?? null,
        unread: status?.unseen ?? null,
      }));
      return { output: { folders: list, count: list.length } };
    });
  },
});
