import { AppError } from '@casare/shared';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { nameOfRemote } from '../../resources/remotes/remote-path.ts';
import type { RemoteEntry, RemoteFiles } from '../../resources/remotes.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { onServer, serverFields } from './connection.ts';
import { overwriteField, shallWrite } from './overwrite.ts';
import { mustExist, progressOf, walkRemote } from './walk-remote.ts';

export const download = defineNode({
  type: 'transfer.download',
  version: 1,
  title: 'Download from server',
  category: 'transfer',
  icon: 'cloud-download',
  description:
    'Fetches a file or a whole folder from an FTP, FTPS or SFTP server. A file appears only when it is complete.',
  synonyms: ['ftp download', 'ftp get', 'sftp get', 'fetch file', 'transfer'],
  params: z.strictObject({
    from: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'File or folder', description: 'Path on the server.', placeholder: 'outgoing/orders.csv' }),
    to: z.string().min(1).max(4096).default('downloads/').meta({
      title: 'To',
      description: 'A path that ends in / keeps the name. The content of a folder goes into it.',
      'x-widget': 'file',
    }),
    pattern: z
      .string()
      .min(1)
      .max(1000)
      .default('*')
      .meta({ title: 'Pattern', description: 'Which files of a folder.', placeholder: '*.csv' }),
    recursive: z.boolean().default(true).meta({ title: 'With all folders inside', 'x-advanced': true }),
    overwrite: overwriteField,
    ...serverFields,
  }),
  output: z.object({
    path: z.string(),
    files: z.array(z.object({ path: z.string(), size: z.number() })),
    count: z.int(),
    bytes: z.number(),
    skipped: z.int(),
  }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite === 'fail' ? 'once' : 'idempotent'),
  examples: [
    { title: 'One file', params: { host: 'files.example.com', user: 'robot', from: 'outgoing/orders.csv' } },
    { title: 'A folder', params: { host: 'files.example.com', from: 'outgoing', to: 'input', pattern: '*.csv' } },
  ],
  async run(ctx, { from, to, pattern, recursive, overwrite, ...server }) {
    return await onServer(ctx, server, async (remote) => {
      const entry = await mustExist(remote, from);
      const wanted =
        entry.kind === 'folder'
          ? await filesIn(ctx, remote, from, to, pattern, recursive)
          : [{ entry, target: await localTarget(ctx, to, from) }];
      const progress = progressOf(
        ctx,
        wanted.reduce((sum, one) => sum + one.entry.size, 0),
      );
      const files: { path: string; size: number }[] = [];
      for (const { entry: source, target } of wanted) {
        const info = await stat(await ctx.files.locate(target)).catch(() => undefined);
        if (!(await isWanted(remote, overwrite, source, info?.mtimeMs, target))) {
          progress(source.size, target);
          continue;
        }
        const content = counted(remote.read(source.path), source, (bytes) => progress(bytes, target));
        files.push(await ctx.files.write(target, content, { overwrite: overwrite !== 'fail', signal: ctx.signal }));
      }
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      const path =
        entry.kind === 'folder' ? await ctx.files.locate(to) : await ctx.files.locate(wanted[0]?.target ?? to);
      return { output: { path, files, count: files.length, bytes, skipped: wanted.length - files.length } };
    });
  },
});

async function filesIn(
  ctx: NodeContext,
  remote: RemoteFiles,
  from: string,
  to: string,
  pattern: string,
  recursive: boolean,
) {
  const entries = await walkRemote(remote, from, recursive, ctx.signal);
  return entries
    .filter(({ kind, relative }) => kind === 'file' && matchesPattern(relative, pattern))
    .map((entry) => ({ entry, target: join(to, entry.relative) }));
}

async function localTarget(ctx: NodeContext, to: string, from: string): Promise<string> {
  const info = await stat(await ctx.files.locate(to)).catch(() => undefined);
  return /[\\/]$/.test(to) || info?.isDirectory() ? join(to, nameOfRemote(from)) : to;
}

async function isWanted(
  remote: RemoteFiles,
  rule: z.output<typeof overwriteField>,
  source: RemoteEntry,
  modifiedAt: number | undefined,
  target: string,
): Promise<boolean> {
  const there = modifiedAt === undefined ? undefined : { modifiedAt };
  // Listings of FTP servers have no exact time; the file itself is asked.
  const exact = rule === 'newer' && there && source.modifiedAt === undefined ? await remote.info(source.path) : source;
  return shallWrite(rule, exact ?? source, there, target);
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  { path, size }: RemoteEntry,
  count: (bytes: number) => void,
) {
  let arrived = 0;
  for await (const chunk of content) {
    arrived += chunk.byteLength;
    count(chunk.byteLength);
    yield chunk;
  }
  if (arrived < size)
    throw new AppError('TRANSFER_FAILED', `Of ${size} bytes of "${path}" only ${arrived} arrived. Try again.`, {
      retryable: true,
      details: { path, size, arrived },
    });
}
