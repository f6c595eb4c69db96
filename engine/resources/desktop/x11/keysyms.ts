/** Keys that write nothing, by the names steps use, as the X protocol numbers them. */
const named: Readonly<Record<string, number>> = {
  Enter: 0xff0d,
  Tab: 0xff09,
  Escape: 0xff1b,
  Backspace: 0xff08,
  Delete: 0xffff,
  Insert: 0xff63,
  Space: 0x20,
  Home: 0xff50,
  End: 0xff57,
  PageUp: 0xff55,
  PageDown: 0xff56,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
  Control: 0xffe3,
  Shift: 0xffe1,
  Alt: 0xffe9,
  Meta: 0xffeb,
  CapsLock: 0xffe5,
  NumLock: 0xff7f,
  PrintScreen: 0xff61,
  Pause: 0xff13,
  ContextMenu: 0xff67,
  Plus: 0x2b,
};

export const LEVEL3_SHIFT = 0xfe03;

/** Of a name such as `Enter` or `F5`, or of a character; undefined for anything else. */
export function keysymOf(key: string): number | undefined {
  const known = named[key];
  if (known !== undefined) return known;
  const functionKey = /^F([1-9]|1\d|2[0-4])$/.exec(key)?.[1];
  if (functionKey !== undefined) return 0xffbd + Number(functionKey);
  const [character, ...more] = key;
  return character === undefined || more.length > 0 ? undefined : keysymOfCharacter(character);
}

export function keysymOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code === 10 || code === 13) return 0xff0d;
  if (code === 9) return 0xff09;
  if (code === 8) return 0xff08;
  if (code === 27) return 0xff1b;
  // Latin 1 and the Euro have numbers of their own, all others that of Unicode.
  if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) || code === 0x20ac) return code;
  return 0x01_00_00_00 + code;
}
