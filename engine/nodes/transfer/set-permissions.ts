import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { onServer, serverFields } from './connection.ts';

export const setPermissions = defineNode({
  type: 'transfer.setPermissions',
  version: 1,
  title: 'Set permissions on server',
  category: 'transfer',
  icon: 'lock',
  description: 'Sets who may read, write and run a file on an SFTP server, or on an FTP server that knows permissions.',
  synonyms: ['chmod', 'rights', 'mode'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'Path', placeholder: 'incoming/report.pdf' }),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/)
      .default('644')
      .meta({ title: 'Permissions', description: 'As chmod takes them: 644 everybody reads, 600 only the owner.' }),
    ...serverFields,
  }),
  output: z.object({ path: z.string(), mode: z.string() }),
  effect: 'idempotent',
  examples: [
    { title: 'Only the owner', params: { host: 'files.example.com', path: 'incoming/report.pdf', mode: '600' } },
  ],
  async run(ctx, { path, mode, ...server }) {
    await onServer(ctx, server, (remote) => remote.setPermissions(path, Number.parseInt(mode, 8)));
    return { output: { path, mode } };
  },
});
