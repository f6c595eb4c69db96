import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { onServer, serverFields } from './connection.ts';
import { makeFolders } from './walk-remote.ts';

export const makeFolder = defineNode({
  type: 'transfer.makeFolder',
  version: 1,
  title: 'Make folder on server',
  category: 'transfer',
  icon: 'folder-plus',
  description:
    'Makes a folder, with those above it, on an FTP, FTPS or SFTP server. One that is there already is fine.',
  synonyms: ['ftp mkdir', 'sftp mkdir', 'create directory'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'Folder', placeholder: 'incoming/2026' }),
    ...serverFields,
  }),
  output: z.object({ path: z.string(), created: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'A folder of the year', params: { host: 'files.example.com', path: 'incoming/2026' } }],
  async run(ctx, { path, ...server }) {
    return await onServer(ctx, server, async (remote) => ({
      output: { path, created: await makeFolders(remote, path) },
    }));
  },
});
