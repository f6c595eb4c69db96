import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { onServer, serverFields } from './connection.ts';
import { walkRemote } from './walk-remote.ts';

export const deleteRemote = defineNode({
  type: 'transfer.delete',
  version: 1,
  title: 'Delete on server',
  category: 'transfer',
  icon: 'trash-2',
  description: 'Deletes a file, or those files of a folder that fit a pattern, on an FTP, FTPS or SFTP server.',
  synonyms: ['ftp delete', 'sftp rm', 'remove remote file'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'File or folder', placeholder: 'outgoing/orders.csv' }),
    pattern: z.string().max(1000).default('').meta({
      title: 'Pattern',
      description: 'Which files of a folder. The folder itself stays.',
      placeholder: '*.csv',
    }),
    recursive: z.boolean().default(false).meta({ title: 'In all folders inside too', 'x-advanced': true }),
    mustExist: z.boolean().default(false).meta({ title: 'It is an error when nothing is there', 'x-advanced': true }),
    ...serverFields,
  }),
  output: z.object({ paths: z.array(z.string()), count: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'One file', params: { host: 'files.example.com', path: 'outgoing/orders.csv' } }],
  async run(ctx, { path, pattern, recursive, mustExist, ...server }) {
    return await onServer(ctx, server, async (remote) => {
      const entry = await remote.info(path);
      if (entry?.kind === 'folder' && pattern === '')
        throw new AppError(
          'TRANSFER_FAILED',
          `"${path}" is a folder. Give a pattern for the files in it, or use "Remove folder on server".`,
          { details: { path } },
        );
      const wanted =
        entry?.kind === 'folder'
          ? (await walkRemote(remote, path, recursive, ctx.signal)).filter(
              ({ kind, relative }) => kind !== 'folder' && matchesPattern(relative, pattern),
            )
          : [{ path }];
      const paths: string[] = [];
      for (const [i, { path: one }] of wanted.entries()) {
        ctx.signal.throwIfAborted();
        if (await remote.remove(one)) paths.push(one);
        ctx.progress((i + 1) / wanted.length);
      }
      if (mustExist && paths.length === 0)
        throw new AppError('FILE_NOT_FOUND', `There is nothing to delete at "${path}" on the server.`, {
          details: { path },
        });
      return { output: { paths, count: paths.length } };
    });
  },
});
