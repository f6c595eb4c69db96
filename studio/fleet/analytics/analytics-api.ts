import type { ActivityItem, Analytics } from '@casare/shared';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export function analyticsApi({ send }: Senders) {
  return {
    analytics: (query: Query) => send<Analytics>('GET', `/metrics/analytics${queryText(query)}`),
    setManualMinutes: (workflowId: string, minutes: number | null) =>
      send<unknown>('PUT', `/workflows/${encodeURIComponent(workflowId)}/manual-minutes`, { body: { minutes } }),
    activity: (query: Query) => send<Page<ActivityItem>>('GET', `/activity${queryText(query)}`),
  };
}
