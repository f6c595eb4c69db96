import { type Catalog, type CatalogIndex, indexCatalog, type NodeDescriptor, type StudioHost } from '@casare/shared';
import generated from '../../engine/catalog.json';

/** The generated list of node types is all the studio knows of the product's nodes. */
export function loadCatalog(fromPacks: readonly NodeDescriptor[] = []): CatalogIndex {
  // JSON imports widen literals to string; build/catalog checks the file against the schema.
  const { nodes } = generated as unknown as Catalog;
  return indexCatalog({ nodes: [...nodes, ...fromPacks] });
}

export interface LocalCatalog {
  catalog: CatalogIndex;
  /** Packs that are installed and cannot be used. */
  broken: readonly { name: string; message: string }[];
}

/** With the steps of the packs installed on this machine. A host that cannot tell them leaves the product's own. */
export async function catalogOfHost(host: StudioHost): Promise<LocalCatalog> {
  try {
    const { nodes, broken } = await host.call('catalog.packs', {});
    return { catalog: loadCatalog(nodes), broken };
  } catch {
    return { catalog: loadCatalog(), broken: [] };
  }
}
