import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

describe('text.template', () => {
  it('fills places from nested values and rows', async () => {
    const template = '{{ id }}: {{customer.name}} ({{year}})';
    const rows = [
      { id: 1, customer: { name: 'Ada' } },
      { id: 2, customer: { name: 'Bo' } },
    ];
    expect(await output('text.template', { template, rows, values: { year: 2026 }, separator: '\n' })).toEqual({
      text: '1: Ada (2026)\n2: Bo (2026)',
      texts: ['1: Ada (2026)', '2: Bo (2026)'],
    });
  });

  it.each([
    ['html', '<b>"x"</b>', '&lt;b&gt;&quot;x&quot;&lt;/b&gt;'],
    ['url', 'a b&c', 'a%20b%26c'],
    ['json', 'say "hi"\n', 'say \\"hi\\"\\n'],
    ['none', '$& $1', '$& $1'],
  ])('escapes for %s', async (escape, value, text) => {
    expect((await output('text.template', { template: '{{v}}', values: { v: value }, escape })).text).toBe(text);
  });

  it('fails, keeps or empties a place without a value, and finds no inherited ones', async () => {
    expect(await bench.fail('text.template', { template: '{{a.b}}' })).toMatchObject({
      code: 'DATA_FORMAT',
      details: { place: 'a.b' },
    });
    expect((await output('text.template', { template: '[{{toString}}]', missing: 'empty' })).text).toBe('[]');
    expect((await output('text.template', { template: '[{{x}}]', missing: 'keep' })).text).toBe('[{{x}}]');
  });
});

describe('text.split', () => {
  it.each([
    [{ text: 'a, b,,c' }, ['a', 'b', '', 'c']],
    [{ text: 'a, b,,c', removeEmpty: true, limit: 2 }, ['a', 'b']],
    [{ text: 'one\r\ntwo\rthree', by: 'lines' }, ['one', 'two', 'three']],
    [{ text: '  a  b ', by: 'words' }, ['a', 'b']],
    [{ text: 'a1b22c', by: 'pattern', pattern: '\\d+' }, ['a', 'b', 'c']],
    [{ text: '👍👍a', by: 'length', length: 2 }, ['👍👍', 'a']],
  ])('%j', async (params, parts) => {
    expect(await output('text.split', params)).toEqual({ parts, count: parts.length });
  });
});

describe('text.replace', () => {
  it.each([
    [{ text: 'a.b.c', find: '.', replacement: '$1' }, 'a$1b$1c', 2],
    [{ text: 'aAa', find: 'a', replacement: 'x', ignoreCase: true }, 'xxx', 3],
    [{ text: 'aaaa', find: 'a', replacement: 'x', limit: 2 }, 'xxaa', 2],
    [
      { text: '31.12.2025', find: '(\\d+)\\.(\\d+)\\.(\\d+)', replacement: '$3-$2-$1', isPattern: true },
      '2025-12-31',
      1,
    ],
    [
      { text: 'k1 k2 k3', find: '(?<key>k)(\\d)', replacement: '[$<key>:$2]', isPattern: true, limit: 2 },
      '[k:1] [k:2] k3',
      2,
    ],
    [{ text: 'abc', find: 'z' }, 'abc', 0],
  ])('%j', async (params, text, count) => {
    expect(await output('text.replace', params)).toEqual({ text, count });
  });
});

describe('text.regex', () => {
  it('gives groups, names and places of every match', async () => {
    const params = { text: 'Invoice 12 and invoice 345', pattern: 'invoice (?<number>\\d+)(x)?', ignoreCase: true };
    expect(await output('text.regex', params)).toMatchObject({
      found: true,
      value: '12',
      count: 2,
      matches: [
        { text: 'Invoice 12', index: 0, groups: ['12', null], named: { number: '12' } },
        { text: 'invoice 345', index: 15 },
      ],
    });
  });

  it('finds nothing without failing, and the whole match where there is no group', async () => {
    expect(await output('text.regex', { text: 'abc', pattern: 'z' })).toMatchObject({
      found: false,
      value: null,
      first: null,
      count: 0,
    });
    expect((await output('text.regex', { text: 'a\nb', pattern: '^b$', multiline: true })).value).toBe('b');
    expect((await output('text.regex', { text: 'a\nb', pattern: 'a.b', dotAll: true })).found).toBe(true);
  });

  it('refuses a faulty pattern with its fault', async () => {
    const error = await bench.fail('text.regex', { text: 'a', pattern: '(' });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { reason: 'syntax' } });
  });

  it('is not hung by a pattern that searches for ever, and works again afterwards', async () => {
    await bench.run('text.regex', { text: 'warm', pattern: 'w' });
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const startedAt = performance.now();
    const error = await bench.fail('text.regex', { text: `${'a'.repeat(50)}b`, pattern: '^(a+)+$' });
    clearInterval(ticking);
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { reason: 'time' } });
    expect(performance.now() - startedAt).toBeLessThan(2500);
    expect(ticks).toBeGreaterThan(20);
    expect((await output('text.regex', { text: 'abc', pattern: 'b' })).found).toBe(true);
  });
});

describe('text.change', () => {
  it.each([
    ['trim', { text: '  a ' }, 'a'],
    ['upper', { text: 'straße' }, 'STRASSE'],
    ['upper', { text: 'i', locale: 'tr' }, 'İ'],
    ['upper', { text: 'i', locale: '??' }, 'I'],
    ['lower', { text: 'ÄB' }, 'äb'],
    ['title', { text: "o'neill AND élise" }, "O'neill And Élise"],
    ['capitalize', { text: 'éa b' }, 'Éa b'],
    ['swapCase', { text: 'aBc' }, 'AbC'],
    ['padStart', { text: '42', length: 5, fill: '0' }, '00042'],
    ['padEnd', { text: 'ab', length: 4, fill: '.' }, 'ab..'],
    ['truncate', { text: 'abcdef', length: 4 }, 'abc…'],
    ['part', { text: 'a👍c', start: 1, end: 2 }, '👍'],
    ['before', { text: 'user@host', mark: '@' }, 'user'],
    ['after', { text: 'user@host', mark: '@' }, 'host'],
    ['after', { text: 'user', mark: '@' }, 'user'],
    ['reverse', { text: 'ae\u0301👨‍👩‍👧' }, '👨‍👩‍👧e\u0301a'],
    ['repeat', { text: 'ab', times: 3 }, 'ababab'],
    ['singleSpaces', { text: ' a \n\t b ' }, 'a b'],
    ['withoutAccents', { text: 'Ærø Žluťoučký größe' }, 'Æro Zlutoucky grosse'],
    ['slug', { text: ' Größe: 10 m² ' }, 'grosse-10-m'],
  ])('%s %j', async (operation, params, text) => {
    expect((await output('text.change', { operation, ...params })).text).toBe(text);
  });
});

describe('text.find', () => {
  it('counts and finds', async () => {
    expect(await output('text.find', { text: 'Aba\naba', search: 'AB', ignoreCase: true })).toEqual({
      contains: true,
      startsWith: true,
      endsWith: false,
      position: 0,
      lastPosition: 4,
      count: 2,
      characters: 7,
      words: 2,
      lines: 2,
    });
    expect(await output('text.find', { text: '' })).toMatchObject({
      contains: false,
      position: -1,
      count: 0,
      lines: 0,
      words: 0,
    });
  });
});

describe('text.compare', () => {
  it('finds the most similar text', async () => {
    const { isMatch, best } = await output('text.compare', {
      text: 'jon smith',
      candidates: ['Ada Lovelace', 'John Smith'],
    });
    expect(isMatch).toBe(true);
    expect(best).toMatchObject({ text: 'John Smith', index: 1 });
    expect(best.score).toBeCloseTo(0.9);
  });

  it('compares words in any order', async () => {
    const params = { text: 'Smith, John', candidates: ['John Smith'], method: 'words' };
    expect((await output('text.compare', params)).best.score).toBe(1);
  });

  it('refuses more work than a second', async () => {
    const candidates = Array.from({ length: 100 }, () => 'x'.repeat(5000));
    const error = await bench.fail('text.compare', { text: 'y'.repeat(5000), candidates });
    expect(error.code).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('text.encode', () => {
  it.each([
    ['base64', 'héllo', 'aMOpbGxv'],
    ['base64url', '??>>', 'Pz8-Pg'],
    ['hex', 'AZ', '415a'],
    ['url', 'a b/ü', 'a%20b%2F%C3%BC'],
    ['html', '<a&b>', '&lt;a&amp;b&gt;'],
  ])('%s there and back', async (form, plain, encoded) => {
    expect((await output('text.encode', { text: plain, form })).text).toBe(encoded);
    expect((await output('text.encode', { text: encoded, form, direction: 'decode' })).text).toBe(plain);
  });

  it.each([
    ['sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['md5', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ])('%s of nothing', async (form, hash) => {
    expect((await output('text.encode', { text: '', form })).text).toBe(hash);
  });

  it.each([
    ['base64', '!!!'],
    ['base64', '/w=='],
    ['hex', 'abc'],
    ['url', '%E0%A4%A'],
  ])('refuses damaged %s', async (form, text) => {
    expect(await bench.fail('text.encode', { text, form, direction: 'decode' })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

describe('a text parameter', () => {
  it('takes a number or true from an expression as it is written, and nothing else', async () => {
    expect((await output('text.regex', { text: 4711, pattern: '^47' })).found).toBe(true);
    expect((await output('text.change', { text: true, operation: 'upper' })).text).toBe('TRUE');
    await expect(bench.run('text.change', { text: { a: 1 } })).rejects.toThrow(/Invalid input/);
    await expect(bench.run('text.change', { text: null })).rejects.toThrow(/Invalid input/);
  });
});
