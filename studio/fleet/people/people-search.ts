import { defined, type Raw, text } from '../url-filters.ts';

export interface PeopleSearch {
  q?: string;
  /** Absent: people. */
  view?: 'invitations';
}

export function readPeopleSearch(raw: Raw): PeopleSearch {
  return defined({
    q: text(raw, 'q'),
    view: text(raw, 'view') === 'invitations' ? 'invitations' : undefined,
  } as PeopleSearch);
}
