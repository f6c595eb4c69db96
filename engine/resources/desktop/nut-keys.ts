const names: Readonly<Record<string, string>> = {
  Enter: 'Return',
  Control: 'LeftControl',
  Shift: 'LeftShift',
  Alt: 'LeftAlt',
  Meta: 'LeftSuper',
  ArrowLeft: 'Left',
  ArrowUp: 'Up',
  ArrowRight: 'Right',
  ArrowDown: 'Down',
  PrintScreen: 'Print',
  ContextMenu: 'Menu',
  Plus: 'Add',
  ' ': 'Space',
  '-': 'Minus',
  '=': 'Equal',
  '[': 'LeftBracket',
  ']': 'RightBracket',
  '\\': 'Backslash',
  ';': 'Semicolon',
  "'": 'Quote',
  '`': 'Grave',
  ',': 'Comma',
  '.': 'Period',
  '/': 'Slash',
};

/** The key as nut.js calls it; undefined for what it has no key for. */
export function nutKeyName(key: string): string | undefined {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (/^\d$/.test(key)) return `Num${key}`;
  return names[key] ?? (key.length > 1 ? key : undefined);
}
