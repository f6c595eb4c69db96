import { defined, type Raw, text } from '../url-filters.ts';

export const RANGES = [1, 7, 30, 90, 365] as const;

export interface AnalyticsSearch {
  days?: number;
  workflow?: string;
}

export function readAnalyticsSearch(raw: Raw): AnalyticsSearch {
  const days = Number(text(raw, 'days'));
  return defined({
    days: (RANGES as readonly number[]).includes(days) ? days : undefined,
    workflow: text(raw, 'workflow'),
  } as AnalyticsSearch);
}
