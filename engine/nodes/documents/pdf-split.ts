import { basename, extname } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, folderField, overwriteField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfSplit = defineNode({
  type: 'pdf.split',
  version: 1,
  title: 'Split PDF',
  category: 'documents',
  icon: 'scissors',
  description: 'Cuts a PDF into files of some pages each, or takes chosen pages out of it.',
  synonyms: ['extract pages', 'separate', 'single pages'],
  params: z.strictObject({
    path: fileField('PDF', 'input/scan.pdf'),
    folder: folderField('Into folder', 'output/pages'),
    groups: z.array(z.string().max(2000)).max(10_000).default([]).meta({
      title: 'Pages of each file',
      description: 'One entry per new file, such as 1-3 or 2, 5. Empty: all pages, cut as below.',
      'x-widget': 'list',
    }),
    every: z.int().min(1).max(10_000).default(1).meta({ title: 'Otherwise cut after every', unit: 'pages' }),
    name: z.string().min(1).max(200).default('{name}-{n}.pdf').meta({
      title: 'Names',
      description: '{name}: the name of the file; {n}: 1, 2, 3 …; {pages}: its pages.',
      'x-advanced': true,
    }),
    overwrite: overwriteField,
  }),
  output: z.object({ files: z.array(z.string()), count: z.int(), pageCount: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    { title: 'One file per page', params: { path: 'input/scan.pdf', folder: 'output/pages' } },
    { title: 'Some pages', params: { path: 'input/scan.pdf', folder: 'output', groups: ['2-3, 7'], name: 'part.pdf' } },
  ],
  async run(ctx, { path, folder, groups, every, name, overwrite }) {
    const source = await loadPdf(ctx, path);
    const { files, pageCount } = await ctx.documents.run('splitPdf', { ...source, groups, every }, optionsOf(ctx));
    const written: string[] = [];
    for (const [i, { bytes, pages }] of files.entries()) {
      ctx.signal.throwIfAborted();
      const [first = 1, last = first] = [pages[0], pages.at(-1)];
      const file = name
        .replaceAll('{name}', basename(path, extname(path)))
        .replaceAll('{n}', String(i + 1).padStart(String(files.length).length, '0'))
        .replaceAll('{pages}', first === last ? String(first) : `${first}-${last}`);
      written.push((await ctx.files.write(`${folder}/${file}`, bytes, { overwrite, signal: ctx.signal })).path);
    }
    return { output: { files: written, count: written.length, pageCount } };
  },
});
