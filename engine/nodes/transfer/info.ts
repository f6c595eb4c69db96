import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { onServer, serverFields } from './connection.ts';

export const info = defineNode({
  type: 'transfer.info',
  version: 1,
  title: 'File on server',
  category: 'transfer',
  icon: 'file-search',
  description:
    'Says whether a file or folder is on an FTP, FTPS or SFTP server, how large it is and when it was changed.',
  synonyms: ['ftp size', 'remote file exists', 'sftp stat'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'Path', placeholder: 'outgoing/orders.csv' }),
    ...serverFields,
  }),
  output: z.object({
    exists: z.boolean(),
    kind: z.enum(['file', 'folder', 'link', 'other']).nullable(),
    size: z.number().nullable(),
    modifiedAt: z.string().nullable(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'A file', params: { host: 'files.example.com', path: 'outgoing/orders.csv' } }],
  async run(ctx, { path, ...server }) {
    const found = await onServer(ctx, server, (remote) => remote.info(path));
    const modifiedAt = found?.modifiedAt === undefined ? null : new Date(found.modifiedAt).toISOString();
    return {
      output: { exists: found !== undefined, kind: found?.kind ?? null, size: found?.size ?? null, modifiedAt },
    };
  },
});
