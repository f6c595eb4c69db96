import { TRIGGER_KINDS, type TriggerKind } from '@casare/shared';
import { defined, type Raw, readList, text } from '../url-filters.ts';

export interface TriggersSearch {
  kind?: TriggerKind;
  q?: string;
  /** The trigger whose details are open. */
  trigger?: string;
}

export function readTriggersSearch(raw: Raw): TriggersSearch {
  return defined({
    kind: readList(text(raw, 'kind'), TRIGGER_KINDS)[0],
    q: text(raw, 'q'),
    trigger: text(raw, 'trigger'),
  } as TriggersSearch);
}
