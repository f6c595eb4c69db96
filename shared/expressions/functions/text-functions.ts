import { type Run, checkText, chargeSearch, chargeText, fail } from '../limits.ts';
import { matchesPattern, replacePlain, splitText } from '../searching.ts';
import { toText } from '../values.ts';
import { textAt } from './arguments.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

/** Some of these cost 50 ns a character, so they are charged more than a copy. */
const SLOW = 16;

function reader(name: string, change: (text: string) => string): FunctionDefinition['call'] {
  return (run, args) => {
    const text = textAt(args, 0, name);
    chargeText(run, text.length * SLOW);
    return checkText(change(text));
  };
}

function cut(name: string, pick: (text: string, at: number, length: number) => string): FunctionDefinition['call'] {
  return (run, args) => {
    const text = textAt(args, 0, name);
    const separator = textAt(args, 1, name);
    chargeSearch(run, text.length, separator.length);
    const at = text.indexOf(separator);
    return at < 0 ? '' : checkText(pick(text, at, separator.length));
  };
}

function between(run: Run, args: unknown[]): string {
  const text = textAt(args, 0, 'between');
  const open = textAt(args, 1, 'between');
  const close = textAt(args, 2, 'between');
  chargeSearch(run, text.length, open.length + close.length);
  const from = text.indexOf(open);
  if (from < 0) return '';
  const to = text.indexOf(close, from + open.length);
  return to < 0 ? '' : checkText(text.slice(from + open.length, to));
}

/** The host's coding functions throw for half characters and broken `%` signs. */
function coding(name: string, code: (text: string) => string): FunctionDefinition['call'] {
  return (run, args) => {
    const text = textAt(args, 0, name);
    chargeText(run, text.length * SLOW);
    checkText(text);
    try {
      return checkText(code(text));
    } catch (error) {
      if (error instanceof URIError) return fail(`${name}: this text cannot be converted.`);
      throw error;
    }
  };
}

export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction(
    'String(value)',
    'Any value as text; null and undefined are empty, lists and objects are JSON.',
    'String(12.5) // "12.5"',
    [1, 1],
    (run, args) => checkText(toText(run, args[0])),
  ),
  defineFunction(
    'upper(text)',
    'Text in upper case.',
    'upper(\'abc\') // "ABC"',
    [1, 1],
    reader('upper', (text) => text.toUpperCase()),
  ),
  defineFunction(
    'lower(text)',
    'Text in lower case.',
    'lower(\'ABC\') // "abc"',
    [1, 1],
    reader('lower', (text) => text.toLowerCase()),
  ),
  defineFunction(
    'trim(text)',
    'Text without blanks at both ends.',
    'trim(\'  a b \') // "a b"',
    [1, 1],
    reader('trim', (text) => text.trim()),
  ),
  defineFunction(
    'capitalize(text)',
    'First letter in upper case.',
    'capitalize(\'invoice\') // "Invoice"',
    [1, 1],
    reader('capitalize', (text) => text.slice(0, 1).toUpperCase() + text.slice(1)),
  ),
  defineFunction(
    'collapse(text)',
    'Every run of blanks and line breaks becomes one blank; both ends are trimmed.',
    'collapse(\' a \\n b \') // "a b"',
    [1, 1],
    reader('collapse', (text) => text.trim().replaceAll(/\s+/g, ' ')),
  ),
  defineFunction(
    'digits(text)',
    'Only the digits 0 to 9 of a text.',
    'digits(\'No. 12-345\') // "12345"',
    [1, 1],
    reader('digits', (text) => text.replaceAll(/[^0-9]/g, '')),
  ),
  defineFunction(
    'stripAccents(text)',
    'Letters without accents.',
    'stripAccents(\'Café Zoë\') // "Cafe Zoe"',
    [1, 1],
    reader('stripAccents', (text) => checkText(text).normalize('NFD').replaceAll(/\p{M}/gu, '')),
  ),
  defineFunction(
    'before(text, part)',
    'What stands before the first occurrence of a part; empty when it is not there.',
    "before('a=b=c', '=') // \"a\"",
    [2, 2],
    cut('before', (text, at) => text.slice(0, at)),
  ),
  defineFunction(
    'after(text, part)',
    'What stands after the first occurrence of a part; empty when it is not there.',
    "after('a=b=c', '=') // \"b=c\"",
    [2, 2],
    cut('after', (text, at, length) => text.slice(at + length)),
  ),
  defineFunction(
    'between(text, open, close)',
    'What stands between two parts; empty when one is not there.',
    "between('No [42] ok', '[', ']') // \"42\"",
    [3, 3],
    between,
  ),
  defineFunction(
    'lines(text)',
    'The lines of a text as a list.',
    'lines(\'a\\r\\nb\') // ["a", "b"]',
    [1, 1],
    (run, args) => splitText(run, replacePlain(run, textAt(args, 0, 'lines'), '\r\n', '\n', true), '\n', Infinity),
  ),
  defineFunction(
    'matches(text, pattern)',
    'Whether a whole text fits a pattern: * is any text, ? is one character. Upper and lower case differ.',
    "matches('INV-2026.pdf', 'INV-*.pdf') // true",
    [2, 2],
    (run, args) => matchesPattern(run, textAt(args, 0, 'matches'), textAt(args, 1, 'matches')),
  ),
  defineFunction(
    'encodeURIComponent(text)',
    'Text as it may stand in a part of a URL.',
    'encodeURIComponent(\'a b&c\') // "a%20b%26c"',
    [1, 1],
    coding('encodeURIComponent', encodeURIComponent),
  ),
  defineFunction(
    'decodeURIComponent(text)',
    'Text from a part of a URL.',
    'decodeURIComponent(\'a%20b\') // "a b"',
    [1, 1],
    coding('decodeURIComponent', decodeURIComponent),
  ),
];
