import { describe, expect, test } from 'vitest';
import {
  type KeyPress,
  matchesShortcut,
  parseShortcut,
  worksInTextField,
} from '../../../studio/actions/parse-shortcut.ts';

function press(
  key: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> & { altGr?: boolean } = {},
): KeyPress {
  const { altGr = false, ...held } = modifiers;
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...held,
    getModifierState: (name) => name === 'AltGraph' && altGr,
  };
}
const matches = (shortcut: string, key: KeyPress) => matchesShortcut(parseShortcut(shortcut), key);

describe('a shortcut', () => {
  test('fits by the character, with Ctrl or Cmd', () => {
    expect(matches('Ctrl+K', press('k', { ctrlKey: true }))).toBe(true);
    expect(matches('Ctrl+K', press('k', { metaKey: true }))).toBe(true);
    expect(matches('Ctrl+K', press('k'))).toBe(false);
    expect(matches('D', press('d', { ctrlKey: true }))).toBe(false);
  });

  test('with Shift is another one than without', () => {
    expect(matches('Ctrl+Shift+P', press('P', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches('Ctrl+P', press('P', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(matches('Shift+F5', press('F5', { shiftKey: true }))).toBe(true);
    expect(matches('F5', press('F5', { shiftKey: true }))).toBe(false);
  });

  test('that is a sign fits however the layout types it', () => {
    expect(matches('?', press('?', { shiftKey: true }))).toBe(true);
    expect(matches('/', press('/', { shiftKey: true }))).toBe(true);
    expect(matches('/', press('/'))).toBe(true);
  });

  test('with Ctrl and Alt is not set off by AltGr, which types characters on German and other layouts', () => {
    const at = press('e', { ctrlKey: true, altKey: true, altGr: true });
    expect(matches('Ctrl+Alt+E', at)).toBe(false);
    expect(matches('Ctrl+Alt+E', press('e', { ctrlKey: true, altKey: true }))).toBe(true);
    expect(matches('Ctrl+Q', press('@', { ctrlKey: true, altKey: true, altGr: true }))).toBe(false);
  });

  test('for a sign that needs AltGr works', () => {
    expect(matches('[', press('[', { ctrlKey: true, altKey: true, altGr: true }))).toBe(true);
  });

  test('may be the plus sign', () => {
    expect(matches('Ctrl++', press('+', { ctrlKey: true }))).toBe(true);
    expect(matches('+', press('+'))).toBe(true);
  });

  test('knows the short names of keys', () => {
    expect(matches('Ctrl+Del', press('Delete', { ctrlKey: true }))).toBe(true);
    expect(matches('Space', press(' '))).toBe(true);
  });
});

test('in a text field only what types and edits nothing works', () => {
  const allowed = ['Ctrl+K', 'Ctrl+S', 'F5', 'Shift+F5', 'F9'];
  const refused = ['?', '/', 'D', 'Ctrl+A', 'Ctrl+Z', 'Ctrl+C', 'Delete', 'Alt+ArrowLeft', 'Ctrl+Del'];
  expect(allowed.filter((text) => worksInTextField(parseShortcut(text)))).toEqual(allowed);
  expect(refused.filter((text) => worksInTextField(parseShortcut(text)))).toEqual([]);
});
