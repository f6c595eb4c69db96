/** A key with its modifiers. `Mod` is Ctrl, or Cmd on a Mac. */
export interface Shortcut {
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  /** `KeyboardEvent.key`, letters in lower case. */
  key: string;
}

/** The part of a KeyboardEvent a shortcut looks at. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  getModifierState?: (key: string) => boolean;
}

const NAMES: Record<string, string> = {
  Del: 'Delete',
  Esc: 'Escape',
  Space: ' ',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
};

/** Reads `Ctrl+Shift+P`, `F5`, `?`, `Ctrl++`. */
export function parseShortcut(text: string): Shortcut {
  const parts = text.endsWith('+') ? [...text.slice(0, -1).split('+').filter(Boolean), '+'] : text.split('+');
  const last = parts.at(-1) ?? '';
  const key = NAMES[last] ?? last;
  return {
    ctrl: parts.includes('Ctrl') || parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
    key: key.length === 1 ? key.toLowerCase() : key,
  };
}

/**
 * Whether a key press is the shortcut, by the character it types (`event.key`), so that it fits every keyboard layout. AltGr types characters
 * on many layouts and shows up as Ctrl+Alt: with it held, Ctrl and Alt count as not pressed. Shift is part of how signs like `?` are typed, so
 * it only has to fit for letters and named keys.
 */
export function matchesShortcut(shortcut: Shortcut, press: KeyPress): boolean {
  const altGr = press.getModifierState?.('AltGraph') ?? false;
  const ctrl = !altGr && (press.ctrlKey || press.metaKey);
  const alt = !altGr && press.altKey;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (key !== shortcut.key || ctrl !== shortcut.ctrl || alt !== shortcut.alt) return false;
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase() && key !== ' ';
  return isSign && !shortcut.shift ? true : press.shiftKey === shortcut.shift;
}

const TEXT_EDITING = new Set([
  'a',
  'c',
  'v',
  'x',
  'z',
  'y',
  'Backspace',
  'Delete',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'Enter',
]);

/** Whether a shortcut may fire while a text field has the focus: never where it would type or edit text. */
export function worksInTextField(shortcut: Shortcut): boolean {
  if (/^F\d+$/.test(shortcut.key)) return true;
  return shortcut.ctrl && !TEXT_EDITING.has(shortcut.key);
}
