import { defined, type Raw, readList, text, writeList } from '../url-filters.ts';

export const ACTIVITY_KINDS = [
  'job',
  'schedule',
  'robot',
  'task',
  'workflow',
  'queue',
  'trigger',
  'credential',
  'key',
  'person',
] as const;

export interface ActivitySearch {
  /** Comma separated kinds. */
  type?: string;
}

export function readActivitySearch(raw: Raw): ActivitySearch {
  return defined({ type: writeList(readList(text(raw, 'type'), ACTIVITY_KINDS)) } as ActivitySearch);
}
