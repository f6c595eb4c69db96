import { defined, type Raw, text } from '../url-filters.ts';

/** What the address holds of the audit page. */
export interface AuditSearch {
  q?: string;
  /** Beginning of the actions, e.g. `job.` */
  action?: string;
  /** The entry whose details are open. */
  entry?: string;
}

export function readAuditSearch(raw: Raw): AuditSearch {
  return defined({ q: text(raw, 'q'), action: text(raw, 'action'), entry: text(raw, 'entry') });
}
