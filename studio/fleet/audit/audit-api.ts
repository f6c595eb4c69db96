import type { AuditCheck, AuditEntry } from '@casare/shared';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export function auditApi({ send }: Senders) {
  return {
    audit: (query: Query) => send<Page<AuditEntry>>('GET', `/audit${queryText(query)}`),
    checkAudit: () => send<AuditCheck>('GET', '/audit/check'),
  };
}
