import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { chosenUids, mailsField, missingMails } from './chosen.ts';
import { describeFetched, describeParsed, messageSchema } from './message.ts';
import { fetchSource, parseSource } from './read-source.ts';

export const get = defineNode({
  type: 'mail.get',
  version: 1,
  title: 'Get mail',
  category: 'mail',
  icon: 'mail-open',
  description: 'Reads one mail whole, with all its headers; on demand it also keeps it as a file (.eml).',
  synonyms: ['email content', 'open mail', 'headers', 'eml'],
  params: z.strictObject({
    mail: mailsField.meta({
      title: 'Mail',
      description: 'What "Read mails" gave, or the number (uid).',
      placeholder: '${item}',
    }),
    saveAs: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'Save as', placeholder: 'output/mail.eml', 'x-widget': 'file' }),
    ...imapFields,
  }),
  output: messageSchema.extend({ headers: z.record(z.string(), z.array(z.string())), path: z.string().nullable() }),
  effect: 'idempotent',
  examples: [{ title: 'The mail of a loop', params: { host: 'imap.example.com', mail: 17 } }],
  async run(ctx, { mail, saveAs, folder, ...account }) {
    return await ctx.remotes.mailbox(mailServer('imap', account), ctx.signal, async (client) => {
      const mailbox = await client.mailboxOpen(folder, { readOnly: true });
      const [uid = 0] = chosenUids(mail, mailbox);
      const query = {
        uid: true,
        envelope: true,
        flags: true,
        bodyStructure: true,
        size: true,
        internalDate: true,
      } as const;
      const head = uid === 0 ? undefined : await client.fetchOne(uid, query, { uid: true });
      if (!head) throw missingMails([uid], folder);
      const source = await fetchSource(client, uid);
      const parsed = await parseSource(source);
      const written = saveAs === '' ? undefined : await ctx.files.write(saveAs, source, { signal: ctx.signal });
      return {
        output: {
          ...describeFetched(head, mailbox.path, mailbox.uidValidity),
          ...describeParsed(parsed),
          headers: headersOf(parsed.headerLines),
          path: written?.path ?? null,
        },
      };
    });
  },
});

/** As they stand in the mail, unfolded; a name may come several times. */
function headersOf(lines: readonly { key: string; line: string }[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const { key, line } of lines)
    (headers[key] ??= []).push(
      line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n\s*/g, ' ')
        .trim(),
    );
  return { ...headers };
}
