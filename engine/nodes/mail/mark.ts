import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { chosenUids, mailsField, presentUids } from './chosen.ts';

const marks = {
  read: ['\\Seen', true],
  unread: ['\\Seen', false],
  flagged: ['\\Flagged', true],
  unflagged: ['\\Flagged', false],
  answered: ['\\Answered', true],
  unanswered: ['\\Answered', false],
} as const;

export const mark = defineNode({
  type: 'mail.mark',
  version: 1,
  title: 'Mark mails',
  category: 'mail',
  icon: 'flag',
  description: 'Marks mails as read, flagged or answered, or takes such a mark away.',
  synonyms: ['seen', 'unread', 'star', 'label', 'email'],
  params: z.strictObject({
    mails: mailsField,
    as: z
      .enum(['read', 'unread', 'flagged', 'unflagged', 'answered', 'unanswered'])
      .default('read')
      .meta({ title: 'Mark as' }),
    ...imapFields,
  }),
  output: z.object({ count: z.int(), uids: z.array(z.int()) }),
  effect: 'idempotent',
  examples: [{ title: 'As read', params: { host: 'imap.example.com', mails: '${steps.read.output.messages}' } }],
  async run(ctx, { mails, as, folder, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      const mailbox = await client.mailboxOpen(folder);
      const uids = await presentUids(client, chosenUids(mails, mailbox));
      const [flag, isSet] = marks[as];
      if (uids.length > 0)
        await (isSet ? client.messageFlagsAdd : client.messageFlagsRemove).call(client, uids.join(','), [flag], {
          uid: true,
        });
      return { output: { count: uids.length, uids } };
    });
  },
});
