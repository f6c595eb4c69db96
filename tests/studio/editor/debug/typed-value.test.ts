import { expect, it } from 'vitest';
import { readTyped, typedText } from '../../../../studio/editor/debug/typed-value.ts';

it.each([
  ['42', 'number', 42],
  ['42', 'text', '42'],
  ['true', 'boolean', true],
  ['[1]', 'list', [1]],
  ['{"a":1}', 'object', { a: 1 }],
  ['[1]', 'any', [1]],
  ['a word', 'any', 'a word'],
] as const)('%s as %s', (text, type, value) => {
  expect(readTyped(text, type)).toEqual({ ok: true, value });
  expect(readTyped(typedText(value, type), type)).toEqual({ ok: true, value });
});

it.each([
  ['', 'number'],
  ['12 apples', 'number'],
  ['yes', 'boolean'],
  ['{"a":1}', 'list'],
  ['[1]', 'object'],
  ['{a', 'object'],
] as const)('%s is no %s, and it says what is needed', (text, type) => {
  expect(readTyped(text, type)).toEqual({ ok: false, message: expect.stringMatching(/needed|Either/) });
});
