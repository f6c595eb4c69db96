import { type Run, checkText, checkTextLength, chargeSearch, chargeText, fail } from '../limits.ts';
import { type MethodDefinition, defineMethod } from '../functions/definition.ts';
import { integerAt, integerOr, textAt, textOr } from '../functions/arguments.ts';
import { replacePlain, splitText } from '../searching.ts';
import { toText } from '../values.ts';

type TextCall = (run: Run, text: string, args: unknown[]) => unknown;

function changed(change: (text: string) => string): TextCall {
  return (run, text) => {
    chargeText(run, text.length);
    return checkText(change(text));
  };
}

function searched(name: string, search: (text: string, part: string, from: number | undefined) => unknown): TextCall {
  return (run, text, args) => {
    const part = textAt(args, 0, name);
    chargeSearch(run, text.length, part.length);
    return search(text, part, args[1] === undefined ? undefined : integerAt(args, 1, name));
  };
}

function padded(name: string, pad: (text: string, length: number, fill: string) => string): TextCall {
  return (run, text, args) => {
    const length = integerAt(args, 0, name);
    checkTextLength(Math.max(length, text.length));
    chargeText(run, Math.max(length, text.length));
    return pad(text, length, textOr(args, 1, name, ' '));
  };
}

function repeat(run: Run, text: string, args: unknown[]): string {
  const count = integerAt(args, 0, 'repeat');
  if (count < 0) fail('repeat: the count must be 0 or more.');
  checkTextLength(text.length * count);
  chargeText(run, text.length * count);
  return text.repeat(count);
}

function sliced(name: string, slice: (text: string, start: number, end: number | undefined) => string): TextCall {
  return (run, text, args) => {
    const part = slice(text, integerAt(args, 0, name), args[1] === undefined ? undefined : integerAt(args, 1, name));
    chargeText(run, part.length);
    return checkText(part);
  };
}

function joined(run: Run, text: string, args: unknown[]): string {
  let result = text;
  for (const arg of args) {
    result += toText(run, arg);
    checkText(result);
  }
  chargeText(run, result.length);
  return result;
}

export const TEXT_METHODS: readonly MethodDefinition[] = [
  defineMethod(
    'text.trim()',
    'Without blanks at both ends.',
    '\' a \'.trim() // "a"',
    [0, 0],
    changed((text) => text.trim()),
  ),
  defineMethod(
    'text.trimStart()',
    'Without blanks at the start.',
    '\' a \'.trimStart() // "a "',
    [0, 0],
    changed((text) => text.trimStart()),
  ),
  defineMethod(
    'text.trimEnd()',
    'Without blanks at the end.',
    '\' a \'.trimEnd() // " a"',
    [0, 0],
    changed((text) => text.trimEnd()),
  ),
  defineMethod(
    'text.toUpperCase()',
    'In upper case.',
    '\'a\'.toUpperCase() // "A"',
    [0, 0],
    changed((text) => text.toUpperCase()),
  ),
  defineMethod(
    'text.toLowerCase()',
    'In lower case.',
    '\'A\'.toLowerCase() // "a"',
    [0, 0],
    changed((text) => text.toLowerCase()),
  ),
  defineMethod('text.toString()', 'The text itself.', '\'a\'.toString() // "a"', [0, 0], (_run, text: string) => text),
  defineMethod(
    'text.includes(part, from?)',
    'Whether a part occurs.',
    "'abc'.includes('b') // true",
    [1, 2],
    searched('includes', (text, part, from) => text.includes(part, from)),
  ),
  defineMethod(
    'text.startsWith(part, from?)',
    'Whether the text starts with a part.',
    "'abc'.startsWith('ab') // true",
    [1, 2],
    searched('startsWith', (text, part, from) => text.startsWith(part, from)),
  ),
  defineMethod(
    'text.endsWith(part, end?)',
    'Whether the text ends with a part.',
    "'abc'.endsWith('bc') // true",
    [1, 2],
    searched('endsWith', (text, part, end) => text.endsWith(part, end)),
  ),
  defineMethod(
    'text.indexOf(part, from?)',
    'Where a part first occurs, -1 when it does not.',
    "'abc'.indexOf('c') // 2",
    [1, 2],
    searched('indexOf', (text, part, from) => text.indexOf(part, from)),
  ),
  defineMethod(
    'text.lastIndexOf(part, from?)',
    'Where a part last occurs, -1 when it does not.',
    "'abcb'.lastIndexOf('b') // 3",
    [1, 2],
    searched('lastIndexOf', (text, part, from) => text.lastIndexOf(part, from)),
  ),
  defineMethod(
    'text.slice(start, end?)',
    'A part; negative places count from the end.',
    '\'abcd\'.slice(1, -1) // "bc"',
    [1, 2],
    sliced('slice', (text, start, end) => text.slice(start, end)),
  ),
  defineMethod(
    'text.substring(start, end?)',
    'A part between two places.',
    '\'abcd\'.substring(1, 3) // "bc"',
    [1, 2],
    sliced('substring', (text, start, end) => text.substring(start, end)),
  ),
  defineMethod(
    'text.at(place)',
    'One character; negative places count from the end.',
    '\'abc\'.at(-1) // "c"',
    [1, 1],
    (_run, text: string, args) => text.at(integerAt(args, 0, 'at')),
  ),
  defineMethod(
    'text.charAt(place)',
    'One character, empty when there is none.',
    '\'abc\'.charAt(1) // "b"',
    [1, 1],
    (_run, text: string, args) => text.charAt(integerAt(args, 0, 'charAt')),
  ),
  defineMethod(
    'text.split(separator, limit?)',
    'The parts between a separator.',
    '\'a,b\'.split(\',\') // ["a", "b"]',
    [0, 2],
    (run, text: string, args) =>
      splitText(
        run,
        text,
        args[0] === undefined ? undefined : textAt(args, 0, 'split'),
        Math.max(0, integerOr(args, 1, 'split', Number.MAX_SAFE_INTEGER)),
      ),
  ),
  defineMethod(
    'text.replace(search, replacement)',
    'The first occurrence replaced; both are plain texts.',
    "'a-b-c'.replace('-', '+') // \"a+b-c\"",
    [2, 2],
    (run, text: string, args) => replacePlain(run, text, textAt(args, 0, 'replace'), textAt(args, 1, 'replace'), false),
  ),
  defineMethod(
    'text.replaceAll(search, replacement)',
    'All occurrences replaced; both are plain texts.',
    "'a-b-c'.replaceAll('-', '') // \"abc\"",
    [2, 2],
    (run, text: string, args) =>
      replacePlain(run, text, textAt(args, 0, 'replaceAll'), textAt(args, 1, 'replaceAll'), true),
  ),
  defineMethod(
    'text.padStart(length, fill?)',
    'Filled up at the start.',
    "'7'.padStart(3, '0') // \"007\"",
    [1, 2],
    padded('padStart', (text, length, fill) => text.padStart(length, fill)),
  ),
  defineMethod(
    'text.padEnd(length, fill?)',
    'Filled up at the end.',
    "'7'.padEnd(3, '.') // \"7..\"",
    [1, 2],
    padded('padEnd', (text, length, fill) => text.padEnd(length, fill)),
  ),
  defineMethod('text.repeat(count)', 'The text that many times.', '\'ab\'.repeat(2) // "abab"', [1, 1], repeat),
  defineMethod(
    'text.concat(...values)',
    'The text and other values joined.',
    "'a'.concat('b', 1) // \"ab1\"",
    [0, 1000],
    joined,
  ),
];
