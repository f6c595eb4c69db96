import {
  builtinNodes,
  createRegistry,
  loadPacks,
  packOptions,
  type Registry,
  type SandboxPrograms,
} from '@casare/engine';
import type { HostReply } from '@casare/shared';

/** Everything that runs on this machine: the product's nodes and those of the packs installed here. */
export interface LocalNodes {
  registry: Registry;
  /** What of it comes from packs, and the packs that cannot be used. */
  packs: HostReply<'catalog.packs'>;
}

/** `sandbox`: where the program of packs is, and the plain Node that runs it, when the engine was bundled. */
export async function loadNodes(packsFolder: string | undefined, sandbox?: SandboxPrograms): Promise<LocalNodes> {
  const { nodes, broken } = await loadPacks(packsFolder, packOptions(sandbox));
  const registry = createRegistry([...builtinNodes, ...nodes]);
  return {
    registry,
    packs: {
      nodes: nodes.flatMap(({ descriptor }) => descriptor ?? []),
      broken: broken.map(({ name, message }) => ({ name, message })),
    },
  };
}
