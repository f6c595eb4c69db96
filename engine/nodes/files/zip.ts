import { AppError } from '@casare/shared';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { fileField, overwriteField } from './path-field.ts';
import { walk } from '../../paths/walk.ts';

interface ZipEntry {
  path: string;
  name: string;
  isFolder: boolean;
}

export const zip = defineNode({
  type: 'files.zip',
  version: 1,
  title: 'Make ZIP file',
  category: 'files',
  icon: 'file-archive',
  description: 'Packs files and folders into a ZIP file.',
  synonyms: ['zip', 'compress', 'archive', 'pack'],
  params: z.strictObject({
    sources: z.array(z.string().min(1).max(4096)).min(1).max(10_000).meta({
      title: 'Files and folders',
      'x-widget': 'list',
      description: 'A folder is packed with everything in it.',
    }),
    path: fileField('ZIP file', 'output/letters.zip'),
    pattern: z
      .string()
      .min(1)
      .max(1000)
      .default('*')
      .meta({ title: 'Only files like', placeholder: '*.pdf', 'x-advanced': true }),
    compress: z.boolean().default(true).meta({ title: 'Compress', 'x-advanced': true }),
    overwrite: overwriteField(true),
  }),
  output: z.object({ path: z.string(), size: z.int(), files: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'A folder', params: { sources: ['output'], path: 'output.zip' } }],
  async run(ctx, { sources, path, pattern, compress, overwrite }) {
    const target = await ctx.files.writable(path, { overwrite });
    const entries = (await Promise.all(sources.map((source) => entriesOf(ctx, source)))).flat();
    const files = entries.filter(
      (entry) => !entry.isFolder && entry.path !== target && matchesPattern(entry.name, pattern),
    );
    const folders = pattern === '*' ? entries.filter((entry) => entry.isFolder) : [];
    checkNames(files);
    const written = await ctx.files.write(path, await pack(ctx, folders, files, compress), {
      overwrite,
      signal: ctx.signal,
    });
    return { output: { ...written, files: files.length } };
  },
});

async function entriesOf(ctx: NodeContext, source: string): Promise<ZipEntry[]> {
  const full = await ctx.files.readable(source);
  if (!(await stat(full)).isDirectory()) return [{ path: full, name: basename(full), isFolder: false }];
  // What stands in "." is packed without a folder around it.
  const prefix = full === ctx.files.folder ? '' : `${basename(full)}/`;
  const found = await walk(full, true, ctx.signal);
  return found.map(({ relative, kind }) => ({
    path: join(full, relative),
    name: prefix + relative,
    isFolder: kind === 'folder',
  }));
}

function checkNames(files: readonly ZipEntry[]): void {
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name))
      throw new AppError(
        'FILE_EXISTS',
        `Two of the files are called "${name}". Pack the folders they stand in, or rename one.`,
        { details: { name } },
      );
    names.add(name);
  }
}

async function pack(ctx: NodeContext, folders: readonly ZipEntry[], files: readonly ZipEntry[], compress: boolean) {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  const output = archive.outputStream as NodeJS.ReadableStream & { destroy(error: Error): void };
  archive.on('error', (error: Error) => output.destroy(error));
  for (const { name } of folders) archive.addEmptyDirectory(name);
  let done = 0;
  for (const { path, name } of files) {
    archive.addReadStreamLazy(name, { compress }, (callback) => {
      ctx.progress(++done / files.length, name);
      callback(null, Readable.from(readFile(ctx, path), { objectMode: false }));
    });
  }
  archive.end();
  return output as unknown as AsyncIterable<Uint8Array>;
}

/** Opened when its turn comes: a thousand files are never open at once. */
async function* readFile(ctx: NodeContext, path: string): AsyncGenerator<Uint8Array, void> {
  const handle = await ctx.files.open(path);
  yield* handle.createReadStream({ signal: ctx.signal }) as AsyncIterable<Uint8Array>;
}
