import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { keepAttachments } from './keep-attachments.ts';
import { contentSchema, describeParsed } from './message.ts';
import { parseSource } from './read-source.ts';

const maxBytes = 100 * 1024 * 1024;

export const parse = defineNode({
  type: 'mail.parse',
  version: 1,
  title: 'Read mail file',
  category: 'mail',
  icon: 'file-text',
  description:
    'Reads a mail that was saved as a file (.eml): sender, subject, text; on demand it saves the attachments.',
  synonyms: ['eml', 'email file', 'mime', 'parse email'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'File', placeholder: 'input/mail.eml', 'x-widget': 'file' }),
    saveTo: z.string().max(4096).default('').meta({
      title: 'Save attachments to',
      description: 'Empty: they are only listed.',
      'x-widget': 'folder',
    }),
    pattern: z
      .string()
      .min(1)
      .max(1000)
      .default('*')
      .meta({ title: 'Names', placeholder: '*.pdf', 'x-advanced': true }),
    withInline: z.boolean().default(false).meta({ title: 'Pictures in the text too', 'x-advanced': true }),
  }),
  output: contentSchema.extend({ paths: z.array(z.string()) }),
  effect: 'idempotent',
  examples: [{ title: 'A saved mail', params: { path: 'input/mail.eml', saveTo: 'attachments' } }],
  async run(ctx, { path, saveTo, pattern, withInline }) {
    const handle = await ctx.files.open(path);
    let source: Buffer;
    try {
      const { size } = await handle.stat();
      if (size > maxBytes)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `"${path}" has more than ${maxBytes / 1024 / 1024} MiB and is hardly a mail.`,
          { details: { path, size } },
        );
      source = await handle.readFile({ signal: ctx.signal });
    } finally {
      await handle.close();
    }
    const parsed = await parseSource(source);
    if (parsed.headers.size === 0)
      throw new AppError('DATA_FORMAT', `"${path}" is no mail: it does not begin with headers. Choose an .eml file.`, {
        details: { path },
      });
    const saved = saveTo === '' ? [] : await keepAttachments(ctx, parsed, { folder: saveTo, pattern, withInline });
    return { output: { ...describeParsed(parsed), paths: saved.map((one) => one.path) } };
  },
});
