import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { chosenUids, mailsField, missingMails, presentUids } from './chosen.ts';
import { keepAttachments } from './keep-attachments.ts';
import { fetchSource, parseSource } from './read-source.ts';

export const saveAttachments = defineNode({
  type: 'mail.saveAttachments',
  version: 1,
  title: 'Save attachments',
  category: 'mail',
  icon: 'file-down',
  description:
    'Saves the attachments of mails as files. A name that is taken gets a number; a file with the same content is not written twice.',
  synonyms: ['email attachment', 'download attachment', 'invoice'],
  params: z.strictObject({
    mails: mailsField,
    saveTo: z.string().min(1).max(4096).default('attachments').meta({ title: 'Save to', 'x-widget': 'folder' }),
    pattern: z.string().min(1).max(1000).default('*').meta({ title: 'Names', placeholder: '*.pdf, *.xml' }),
    withInline: z.boolean().default(false).meta({ title: 'Pictures in the text too', 'x-advanced': true }),
    ...imapFields,
  }),
  output: z.object({
    files: z.array(
      z.object({ path: z.string(), name: z.string(), size: z.number(), contentType: z.string(), uid: z.int() }),
    ),
    paths: z.array(z.string()),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'PDF files of the mails read',
      params: { host: 'imap.example.com', mails: '${steps.read.output.messages}', pattern: '*.pdf' },
    },
  ],
  async run(ctx, { mails, saveTo, pattern, withInline, folder, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      const mailbox = await client.mailboxOpen(folder, { readOnly: true });
      const uids = chosenUids(mails, mailbox);
      const present = await presentUids(client, uids);
      if (present.length < uids.length)
        throw missingMails(
          uids.filter((uid) => !present.includes(uid)),
          folder,
        );
      const files = [];
      for (const [i, uid] of uids.entries()) {
        const parsed = await parseSource(await fetchSource(client, uid));
        const saved = await keepAttachments(ctx, parsed, { folder: saveTo, pattern, withInline });
        files.push(...saved.map((one) => ({ ...one, uid })));
        ctx.progress((i + 1) / uids.length);
      }
      return { output: { files, paths: files.map(({ path }) => path), count: files.length } };
    });
  },
});
