import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { criteriaFields } from './criteria.ts';
import { findMessages } from './find-messages.ts';
import { messageSchema } from './message.ts';

export const read = defineNode({
  type: 'mail.read',
  version: 1,
  title: 'Read mails',
  category: 'mail',
  icon: 'inbox',
  description:
    'Finds mails in a folder of a mailbox by sender, subject, text, time and marks, with or without their content.',
  synonyms: ['read mail', 'imap', 'inbox', 'search mail', 'fetch mail', 'email'],
  params: z.strictObject({
    ...imapFields,
    ...criteriaFields,
    newestFirst: z.boolean().default(true).meta({ title: 'Newest first' }),
    limit: z.int().min(1).max(5000).default(50).meta({ title: 'At most', unit: 'mails' }),
    withBody: z
      .boolean()
      .default(true)
      .meta({ title: 'With the content', description: 'Without it a long list is read much faster.' }),
    markAsRead: z.boolean().default(false).meta({ title: 'Mark as read' }),
  }),
  output: z.object({ messages: z.array(messageSchema), count: z.int() }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Unread invoices',
      params: { host: 'imap.example.com', user: 'robot', unreadOnly: true, subject: 'Invoice' },
    },
  ],
  async run(ctx, { folder, newestFirst, limit, withBody, markAsRead, ...rest }) {
    // Mails that were marked before a crash are no longer unread: the same ones are read again.
    const kept = z.object({ uids: z.array(z.int()), uidValidity: z.string() }).safeParse(ctx.resumed).data;
    return await ctx.remotes.mailbox(mailServer('imap', rest), ctx.signal, async (client) => {
      const mailbox = await client.mailboxOpen(folder, { readOnly: !markAsRead });
      const uids = kept?.uidValidity === String(mailbox.uidValidity) ? kept.uids : undefined;
      const messages = await findMessages(ctx, client, mailbox, {
        criteria: rest,
        newestFirst,
        limit,
        withBody,
        ...(uids ? { uids } : {}),
      });
      const unread = messages.filter(({ isRead }) => !isRead).map(({ uid }) => uid);
      if (markAsRead && unread.length > 0) {
        await ctx.checkpoint({ uids: messages.map(({ uid }) => uid), uidValidity: String(mailbox.uidValidity) });
        ctx.signal.throwIfAborted();
        await client.messageFlagsAdd(unread.join(','), ['\\Seen'], { uid: true });
      }
      return { output: { messages, count: messages.length } };
    });
  },
});
