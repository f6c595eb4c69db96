import type { ApiKey } from '@casare/shared';
import { defined, type Raw, text } from '../url-filters.ts';

/** What needs somebody, and what is over. */
export const KEY_VIEWS = ['attention', 'ended'] as const;

export interface KeysSearch {
  q?: string;
  /** Absent: all. */
  view?: (typeof KEY_VIEWS)[number];
}

export function readKeysSearch(raw: Raw): KeysSearch {
  const view = text(raw, 'view');
  return defined({ q: text(raw, 'q'), view: KEY_VIEWS.find((each) => each === view) } as KeysSearch);
}

/** A workspace has few keys, so they are loaded whole and narrowed here. */
export function filterKeys(keys: readonly ApiKey[], { q, view }: KeysSearch): readonly ApiKey[] {
  const words = q?.toLowerCase();
  const now = Date.now();
  const isEnded = (key: ApiKey) => key.revokedAt !== null || Date.parse(key.expiresAt) <= now;
  return keys.filter(
    (key) =>
      (words === undefined || `${key.name} ${key.display} ${key.scopes.join(' ')}`.toLowerCase().includes(words)) &&
      (view !== 'attention' || key.endsSoon || key.unused) &&
      (view !== 'ended' || isEnded(key)),
  );
}
