import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { folderOfRemote, nameOfRemote } from '../../resources/remotes/remote-path.ts';
import { onServer, serverFields } from './connection.ts';
import { makeFolders, mustExist, targetIn } from './walk-remote.ts';

export const move = defineNode({
  type: 'transfer.move',
  version: 1,
  title: 'Move on server',
  category: 'transfer',
  icon: 'file-symlink',
  description: 'Moves a file or folder on an FTP, FTPS or SFTP server to another place or gives it another name.',
  synonyms: ['ftp rename', 'sftp rename', 'archive'],
  params: z.strictObject({
    from: z.string().min(1).max(4096).meta({ title: 'From', placeholder: 'outgoing/orders.csv' }),
    to: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'To', description: 'A path that ends in / keeps the name.', placeholder: 'done/' }),
    overwrite: z
      .boolean()
      .default(false)
      .meta({ title: 'Overwrite', description: 'Replace a file that is there already.' }),
    ...serverFields,
  }),
  output: z.object({ path: z.string() }),
  effect: 'once',
  examples: [
    { title: 'Into a folder', params: { host: 'files.example.com', from: 'outgoing/orders.csv', to: 'done/' } },
  ],
  async run(ctx, { from, to, overwrite, ...server }) {
    return await onServer(ctx, server, async (remote) => {
      const kept = z.object({ target: z.string() }).safeParse(ctx.resumed).data;
      // A run that ended between the move and its record finds here that nothing is left to do.
      if (kept && !(await remote.info(from)) && (await remote.info(kept.target)))
        return { output: { path: kept.target } };
      const source = await mustExist(remote, from);
      const target = await targetIn(remote, to, nameOfRemote(from));
      const there = await remote.info(target);
      if (there && (!overwrite || there.kind !== 'file' || source.kind !== 'file'))
        throw new AppError('FILE_EXISTS', `"${target}" exists already. Choose another name or allow overwriting.`, {
          details: { path: target },
        });
      await makeFolders(remote, folderOfRemote(target));
      await ctx.checkpoint({ target });
      ctx.signal.throwIfAborted();
      await remote.rename(from, target);
      return { output: { path: target } };
    });
  },
});
