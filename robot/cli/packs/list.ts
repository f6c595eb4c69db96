import { loadPacks } from '@casare/engine';
import { defineCommand } from '../define-command.ts';
import { packsFolder } from './packs-folder.ts';

export const packsList = defineCommand({
  usage: 'packs list',
  summary: 'List the packs installed on this machine, and those that cannot be used',
  async run(ctx) {
    const folder = packsFolder(ctx.env);
    const { packs, broken } = await loadPacks(folder);
    const rows = packs.map(({ pack, nodes }) => ({
      name: pack.name,
      version: pack.version,
      description: pack.description,
      nodes: nodes.map((node) => node.type),
    }));
    ctx.out.result(
      { folder, packs: rows, broken },
      [
        ctx.out.table(
          rows.map((row) => ({ ...row, nodes: row.nodes.join(' ') })),
          ['name', 'version', 'nodes'],
        ),
        ...broken.map((pack) => `not used: ${pack.name}: ${pack.message}`),
        `folder: ${folder}`,
      ].join('\n'),
    );
  },
});
