import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { onServer, serverFields } from './connection.ts';
import { walkRemote } from './walk-remote.ts';

export const removeFolder = defineNode({
  type: 'transfer.removeFolder',
  version: 1,
  title: 'Remove folder on server',
  category: 'transfer',
  icon: 'folder-x',
  description: 'Removes a folder on an FTP, FTPS or SFTP server: only an empty one, unless the content may go too.',
  synonyms: ['ftp rmdir', 'sftp rmdir', 'delete directory'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'Folder', placeholder: 'incoming/2025' }),
    withContent: z.boolean().default(false).meta({ title: 'With everything in it' }),
    ...serverFields,
  }),
  output: z.object({ path: z.string(), removed: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'An empty folder', params: { host: 'files.example.com', path: 'incoming/2025' } }],
  async run(ctx, { path, withContent, ...server }) {
    return await onServer(ctx, server, async (remote) => {
      const entry = await remote.info(path);
      if (!entry) return { output: { path, removed: false } };
      if (entry.kind !== 'folder' || /^[./]*$/.test(path))
        throw new AppError('TRANSFER_FAILED', `"${path}" is no folder that can be removed.`, { details: { path } });
      const content = await walkRemote(remote, path, withContent, ctx.signal);
      if (content.length > 0 && !withContent)
        throw new AppError(
          'FILE_EXISTS',
          `The folder "${path}" is not empty. Empty it, or allow its content to go too.`,
          {
            details: { path, entries: content.length },
          },
        );
      // What lies deepest goes first.
      for (const one of content.toReversed()) {
        ctx.signal.throwIfAborted();
        if (one.kind === 'folder') await remote.removeFolder(one.path);
        else await remote.remove(one.path);
      }
      return { output: { path, removed: await remote.removeFolder(path) } };
    });
  },
});
