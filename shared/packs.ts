import type { CatalogIndex, NodeDescriptor } from './node-descriptor.ts';
import type { Workflow } from './workflow.ts';

/** The document with the node types of third-party packs that it uses written into it, for publishing. */
export function withPacks(document: Workflow, catalog: CatalogIndex): Workflow {
  const byPack = new Map<string, { name: string; version: string; nodes: NodeDescriptor[] }>();
  for (const type of new Set(document.nodes.map((node) => node.type))) {
    const descriptor = catalog.get(type);
    if (!descriptor?.pack) continue;
    const { name, version } = descriptor.pack;
    const known = byPack.get(name);
    if (known) known.nodes.push(descriptor);
    else byPack.set(name, { name, version, nodes: [descriptor] });
  }
  const { packs: _, ...rest } = document;
  if (byPack.size === 0) return rest;
  const packs = [...byPack.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const pack of packs) pack.nodes.sort((a, b) => (a.type < b.type ? -1 : 1));
  return { ...rest, packs };
}

/** The catalog with the node types a document brings along; what the product has cannot be replaced by them. */
export function catalogWithPacks(document: Workflow, catalog: CatalogIndex): CatalogIndex {
  if (!document.packs?.length) return catalog;
  const all = new Map(catalog);
  for (const { name, version, nodes } of document.packs)
    for (const node of nodes) if (!all.has(node.type)) all.set(node.type, { ...node, pack: { name, version } });
  return all;
}
