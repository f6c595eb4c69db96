import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { onServer, serverFields } from './connection.ts';
import { walkRemote } from './walk-remote.ts';

export const list = defineNode({
  type: 'transfer.list',
  version: 1,
  title: 'List server files',
  category: 'transfer',
  icon: 'folder-search',
  description: 'Lists what stands in a folder of an FTP, FTPS or SFTP server, with sizes and times.',
  synonyms: ['ftp', 'sftp', 'ftp dir', 'sftp ls', 'remote folder'],
  params: z.strictObject({
    folder: z.string().min(1).max(4096).default('.').meta({ title: 'Folder', placeholder: 'outgoing' }),
    pattern: z.string().min(1).max(1000).default('*').meta({ title: 'Pattern', placeholder: '*.csv' }),
    recursive: z.boolean().default(false).meta({ title: 'With all folders inside' }),
    kind: z.enum(['files', 'folders', 'all']).default('files').meta({ title: 'What' }),
    limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most', unit: 'entries', 'x-advanced': true }),
    ...serverFields,
  }),
  output: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        relative: z.string(),
        name: z.string(),
        kind: z.enum(['file', 'folder', 'link', 'other']),
        size: z.number(),
        modifiedAt: z.string().nullable(),
      }),
    ),
    paths: z.array(z.string()),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'All CSV files', params: { host: 'files.example.com', folder: 'outgoing', pattern: '*.csv' } }],
  async run(ctx, { folder, pattern, recursive, kind, limit, ...server }) {
    return await onServer(ctx, server, async (remote) => {
      const entries = await walkRemote(remote, folder, recursive, ctx.signal);
      const files = entries
        .filter((entry) => (kind === 'all' || `${entry.kind}s` === kind) && matchesPattern(entry.relative, pattern))
        .slice(0, limit)
        .map(({ path, relative, name, kind: what, size, modifiedAt }) => ({
          path,
          relative,
          name,
          kind: what,
          size,
          modifiedAt: modifiedAt === undefined ? null : new Date(modifiedAt).toISOString(),
        }));
      return { output: { files, paths: files.map(({ path }) => path), count: files.length } };
    });
  },
});
