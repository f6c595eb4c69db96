import { SCHEDULE_STATES } from '@casare/shared';
import { defined, type Raw, readList, text, writeList } from '../url-filters.ts';

export interface SchedulesSearch {
  /** Comma separated states. */
  state?: string;
  workflow?: string;
  q?: string;
  /** The schedule whose details are open. */
  schedule?: string;
}

export function readSchedulesSearch(raw: Raw): SchedulesSearch {
  return defined({
    state: writeList(readList(text(raw, 'state'), SCHEDULE_STATES)),
    workflow: text(raw, 'workflow'),
    q: text(raw, 'q'),
    schedule: text(raw, 'schedule'),
  } as SchedulesSearch);
}
