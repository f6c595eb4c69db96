import { type Catalog, type CatalogIndex, indexCatalog } from '@casare/shared';
import generated from '../../engine/catalog.json';

/** The generated list of node types is all the studio knows of nodes. */
export function loadCatalog(): CatalogIndex {
  // JSON imports widen literals to string; build/catalog checks the file against the schema.
  return indexCatalog(generated as unknown as Catalog);
}
