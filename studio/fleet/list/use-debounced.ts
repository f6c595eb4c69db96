import { useEffect, useRef, useState } from 'react';

const PAUSE_MS = 250;

/** Text that is shown at once and told after a pause, so that typing does not ask the server for every letter. */
export function useDebounced(value: string, onChange: (value: string) => void): [string, (text: string) => void] {
  // A value that changed elsewhere (Back, "clear") makes the draft void.
  const [draft, setDraft] = useState({ basis: value, text: value });
  const text = draft.basis === value ? draft.text : value;
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => tell.current(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return [text, (next) => setDraft({ basis: value, text: next })];
}
