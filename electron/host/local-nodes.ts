import { builtinNodes, createRegistry, loadPacks, type Registry } from '@casare/engine';
import type { HostReply } from '@casare/shared';

/** Everything that runs on this machine: the product's nodes and those of the packs installed here. */
export interface LocalNodes {
  registry: Registry;
  /** What of it comes from packs, and the packs that cannot be used. */
  packs: HostReply<'catalog.packs'>;
}

/** `runtime`: the plain Node that runs packs, where this process is none. */
export async function loadNodes(packsFolder: string | undefined, runtime?: string): Promise<LocalNodes> {
  const { nodes, broken } = await loadPacks(packsFolder, runtime === undefined ? {} : { runtime });
  const registry = createRegistry([...builtinNodes, ...nodes]);
  return {
    registry,
    packs: {
      nodes: nodes.flatMap(({ type }) => registry.catalog.get(type) ?? []),
      broken: broken.map(({ name, message }) => ({ name, message })),
    },
  };
}
