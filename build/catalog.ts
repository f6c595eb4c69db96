import type { Catalog } from '../shared/node-descriptor.ts';

/** `engine/catalog.json`: every node type that comes with the product, by category, then type. */
export async function generateCatalog(): Promise<string> {
  return `${JSON.stringify(await readCatalog(), null, 1)}\n`;
}

export async function readCatalog(): Promise<Catalog> {
  const [{ builtinNodes }, { createRegistry }] = await Promise.all([
    import('../engine/nodes/index.ts'),
    import('../engine/registry.ts'),
  ]);
  const nodes = [...createRegistry(builtinNodes).catalog.values()];
  return { nodes: nodes.sort((a, b) => compare(a.category, b.category) || compare(a.type, b.type)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
