import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileError } from '../../resources/file-errors.ts';
import { encodeText } from './encodings.ts';
import { fileField } from './path-field.ts';

export const append = defineNode({
  type: 'files.append',
  version: 1,
  title: 'Append to file',
  category: 'files',
  icon: 'file-plus-2',
  description: 'Adds a text at the end of a file and makes the file when it is not there.',
  synonyms: ['add line', 'log file', 'journal'],
  params: z.strictObject({
    path: fileField('File', 'output/log.txt'),
    content: z.string().max(16_777_216).meta({ title: 'Text', 'x-widget': 'textarea' }),
    stamp: z
      .boolean()
      .default(false)
      .meta({ title: 'Time before it', description: 'As in a log: 2026-01-31T12:00:00.000Z' }),
    newLine: z.boolean().default(true).meta({ title: 'End the line' }),
    encoding: z.enum(['utf-8', 'windows-1252']).default('utf-8').meta({ title: 'Encoding', 'x-advanced': true }),
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  examples: [{ title: 'A line', params: { path: 'output/log.txt', content: 'done' } }],
  async run(ctx, { path, content, stamp, newLine, encoding }) {
    const target = await ctx.files.writable(path);
    const line = stamp ? `${new Date(ctx.now()).toISOString()} ${content}` : content;
    const bytes = encodeText(newLine ? `${line}\n` : line, encoding);
    ctx.signal.throwIfAborted();
    try {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
      const handle = await open(target, flags, 0o666);
      try {
        // One write: lines of several runs that append to the same file do not mix.
        await handle.write(bytes);
        await handle.sync();
        return { output: { path: target, size: (await handle.stat()).size } };
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw fileError(error, path);
    }
  },
});
