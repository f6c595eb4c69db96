import { defineCommand } from './define-command.ts';
import { openRegistry } from './packs/packs-folder.ts';

export const nodes = defineCommand({
  usage: 'nodes [search]',
  summary: 'List the node types, or those that match a word',
  async run(ctx, [search = '']) {
    const word = search.toLowerCase();
    const catalog = [...(await openRegistry(ctx)).catalog.values()].sort((a, b) => a.type.localeCompare(b.type));
    const found = catalog.filter((node) =>
      [node.type, node.title, node.description, ...node.synonyms].some((text) => text.toLowerCase().includes(word)),
    );
    ctx.out.result(
      found,
      ctx.out.table(
        found.map((node) => ({ ...node, needs: node.capabilities.join(' ') })),
        ['type', 'title', 'effect', 'needs'],
      ),
    );
  },
});
