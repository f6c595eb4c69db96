import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { folderOfRemote, joinRemote } from '../../resources/remotes/remote-path.ts';
import type { RemoteFiles } from '../../resources/remotes.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { walk } from '../../paths/walk.ts';
import { onServer, serverFields } from './connection.ts';
import { overwriteField } from './overwrite.ts';
import { uploadFile } from './upload-file.ts';
import { makeFolders, progressOf, targetIn } from './walk-remote.ts';

export const upload = defineNode({
  type: 'transfer.upload',
  version: 1,
  title: 'Upload to server',
  category: 'transfer',
  icon: 'cloud-upload',
  description: 'Sends a file or a whole folder to an FTP, FTPS or SFTP server.',
  synonyms: ['ftp upload', 'ftp put', 'sftp put', 'send file', 'transfer'],
  params: z.strictObject({
    from: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'File or folder', placeholder: 'output/report.pdf', 'x-widget': 'file' }),
    to: z.string().min(1).max(4096).meta({
      title: 'To',
      description: 'Path on the server. One that ends in / keeps the name. The content of a folder goes into it.',
      placeholder: 'incoming/',
    }),
    pattern: z.string().min(1).max(1000).default('*').meta({
      title: 'Pattern',
      description: 'Which files of a folder.',
      placeholder: '*.pdf',
    }),
    recursive: z.boolean().default(true).meta({ title: 'With all folders inside', 'x-advanced': true }),
    overwrite: overwriteField,
    atomic: z.boolean().default(true).meta({
      title: 'Under a temporary name first',
      description:
        'Whoever looks into the folder never sees half a file; an interrupted transfer goes on where it ended.',
      'x-advanced': true,
    }),
    ...serverFields,
  }),
  output: z.object({
    files: z.array(z.object({ path: z.string(), size: z.number() })),
    count: z.int(),
    bytes: z.number(),
    skipped: z.int(),
  }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite === 'fail' ? 'once' : 'idempotent'),
  examples: [
    {
      title: 'One file by SFTP',
      params: { host: 'files.example.com', user: 'robot', from: 'output/report.pdf', to: 'incoming/' },
    },
    { title: 'All PDF files', params: { host: 'files.example.com', from: 'output', to: 'incoming', pattern: '*.pdf' } },
  ],
  async run(ctx, { from, to, pattern, recursive, overwrite, atomic, ...server }) {
    const source = await ctx.files.readable(from);
    return await onServer(ctx, server, async (remote) => {
      const wanted = (await stat(source)).isDirectory()
        ? await filesIn(ctx, source, to, pattern, recursive)
        : [{ path: source, target: await targetIn(remote, to, basename(source)) }];
      return { output: await uploadAll(ctx, remote, wanted, overwrite, atomic) };
    });
  },
});

interface Wanted {
  path: string;
  target: string;
}

async function filesIn(
  ctx: NodeContext,
  folder: string,
  to: string,
  pattern: string,
  recursive: boolean,
): Promise<Wanted[]> {
  const entries = await walk(folder, recursive, ctx.signal);
  return entries
    .filter(({ kind, relative }) => kind === 'file' && matchesPattern(relative, pattern))
    .map(({ path, relative }) => ({ path, target: joinRemote(to, relative) }));
}

async function uploadAll(
  ctx: NodeContext,
  remote: RemoteFiles,
  wanted: readonly Wanted[],
  overwrite: z.output<typeof overwriteField>,
  atomic: boolean,
) {
  const sizes = await Promise.all(wanted.map(async ({ path }) => (await stat(path)).size));
  const progress = progressOf(
    ctx,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const folders = new Set<string>();
  const files: { path: string; size: number }[] = [];
  for (const { path, target } of wanted) {
    ctx.signal.throwIfAborted();
    await makeFolders(remote, folderOfRemote(target), folders);
    const size = await uploadFile(ctx, remote, { path, target, overwrite, atomic, progress });
    if (size !== undefined) files.push({ path: target, size });
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { files, count: files.length, bytes, skipped: wanted.length - files.length };
}
