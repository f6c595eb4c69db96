import { openAt, rewrap, sealAt } from './envelope.ts';
import type { KeyRing } from './key-ring.ts';

/** Seals what must stand in the database and nobody may read there. */
export interface Vault {
  /** Id of the key that new secrets are sealed under. */
  readonly currentKey: string;
  /** Ids of all keys, the current one first. */
  readonly keyIds: readonly string[];
  /**
   * A text of `id` (a row that never changes its id), for a purpose such as `trigger`. The result is text; keep it in a column that stands in
   * `sealedColumns`, so that a change of keys reaches it.
   */
  sealText(tenantId: string, purpose: string, id: string, text: string): string;
  /** Throws SECRET_UNREADABLE unless tenant, purpose and id are those it was sealed with. */
  openText(tenantId: string, purpose: string, id: string, sealed: string): string;
  /** The same secret under the current key. */
  rewrap(tenantId: string, sealed: string): string;
}

export function createVault(ring: KeyRing): Vault {
  return {
    currentKey: ring.current,
    keyIds: [...ring.keys.keys()],
    sealText: (tenantId, purpose, id, text) => sealAt(ring, { tenantId, purpose, id }, text),
    openText: (tenantId, purpose, id, sealed) => openAt(ring, { tenantId, purpose, id }, sealed),
    rewrap: (tenantId, sealed) => rewrap(ring, tenantId, sealed),
  };
}
