import { resolve } from 'node:path';
import { builtinNodes, describePack, readPack } from '@casare/engine';
import { AppError } from '@casare/shared';
import { defineCommand } from '../define-command.ts';

export const packsCheck = defineCommand({
  usage: 'packs check [folder]',
  summary: 'Check a pack while you write it, and list its nodes',
  async run(ctx, [folder = '.']) {
    const pack = await readPack(resolve(folder));
    if (pack === undefined)
      throw new AppError(
        'PACK_INVALID',
        `"${resolve(folder)}" is no pack: it needs a package.json with "casare": { "nodes": "./index.js" }.`,
      );
    if ('message' in pack) throw new AppError('PACK_INVALID', `${pack.name}: ${pack.message}.`);
    const nodes = await describePack(pack, new Set(builtinNodes.map((node) => node.type)));
    ctx.out.result(
      { name: pack.name, version: pack.version, prefix: pack.prefix, nodes: nodes.map((node) => node.descriptor) },
      `${ctx.out.table(
        nodes.map(({ type, title, effect }) => ({ type, title, effect })),
        ['type', 'title', 'effect'],
      )}\n${pack.name} ${pack.version} is fine.`,
    );
  },
});
