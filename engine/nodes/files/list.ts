import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { describeFile, fileInfoSchema } from './describe-file.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { folderField } from './path-field.ts';
import { walk } from '../../paths/walk.ts';

export const list = defineNode({
  type: 'files.list',
  version: 1,
  title: 'List files',
  category: 'files',
  icon: 'folder-search',
  description: 'Lists the files of a folder that fit a pattern, with size and times. Links are left out.',
  synonyms: ['directory', 'dir', 'glob', 'find files', 'folder content'],
  params: z.strictObject({
    folder: folderField('Folder', 'input').default('.'),
    pattern: z
      .string()
      .min(1)
      .max(1000)
      .default('*')
      .meta({ title: 'Pattern', placeholder: '*.pdf, invoices/**/*.xml' }),
    recursive: z.boolean().default(false).meta({ title: 'With all folders inside' }),
    kind: z.enum(['files', 'folders', 'all']).default('files').meta({ title: 'What' }),
    sort: z.enum(['name', 'newest', 'oldest', 'largest', 'smallest']).default('name').meta({ title: 'Order' }),
    limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most', unit: 'entries', 'x-advanced': true }),
  }),
  output: z.object({ files: z.array(fileInfoSchema), paths: z.array(z.string()), count: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'All PDF files', params: { folder: 'input', pattern: '*.pdf' } }],
  async run(ctx, { folder, pattern, recursive, kind, sort, limit }) {
    const root = await ctx.files.readable(folder);
    const entries = await walk(root, recursive || pattern.includes('**'), ctx.signal);
    const wanted = entries.filter(
      (entry) => (kind === 'all' || `${entry.kind}s` === kind) && matchesPattern(entry.relative, pattern),
    );
    const described = await Promise.all(
      wanted.map(async ({ path, relative }) => {
        // A file may go while the list is made.
        const info = await stat(path).catch(() => undefined);
        return info ? [{ ...describeFile(path, info), relative }] : [];
      }),
    );
    const files = described.flat().toSorted(orders[sort]).slice(0, limit);
    return { output: { files, paths: files.map(({ path }) => path), count: files.length } };
  },
});

type Listed = z.output<typeof fileInfoSchema>;
const time = ({ modifiedAt }: Listed) => Date.parse(modifiedAt);

const orders: Record<string, (a: Listed, b: Listed) => number> = {
  name: (a, b) => ((a.relative ?? '') < (b.relative ?? '') ? -1 : 1),
  newest: (a, b) => time(b) - time(a),
  oldest: (a, b) => time(a) - time(b),
  largest: (a, b) => b.size - a.size,
  smallest: (a, b) => a.size - b.size,
};
