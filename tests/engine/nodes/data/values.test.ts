import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

describe('variables', () => {
  it('are set, counted and counted down', async () => {
    await bench.run('data.setVariable', { name: 'n', value: 4 });
    expect(await output('data.increment', { name: 'n' })).toEqual({ value: 5 });
    expect(await output('data.increment', { name: 'n', by: -2.5 })).toEqual({ value: 2.5 });
    expect(bench.vars['n']).toBe(2.5);
  });

  it('count from 0 where nothing is, and from a number written as text', async () => {
    expect(await output('data.increment', { name: 'fresh' })).toEqual({ value: 1 });
    bench.vars['text'] = '41';
    expect(await output('data.increment', { name: 'text' })).toEqual({ value: 42 });
  });

  it('refuse to count a list and say which variable it is', async () => {
    bench.vars['items'] = [1];
    const error = await bench.fail('data.increment', { name: 'items' });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { variable: 'items' } });
    expect(error.message).toContain('holds a list');
  });

  it('keep null for a value that is missing', async () => {
    expect(await output('data.setVariable', { name: 'gone', value: undefined })).toEqual({ value: null });
  });
});

describe('data.log', () => {
  it('writes text as it is and data as JSON', async () => {
    await bench.run('data.log', { message: 'hello', level: 'warn', data: { a: 1 } });
    await bench.run('data.log', { message: { order: 7 } });
    expect(bench.logs).toEqual([
      { level: 'warn', message: 'hello', data: { a: 1 } },
      { level: 'info', message: '{"order":7}' },
    ]);
  });
});

describe('data.set', () => {
  it('builds an object, keeps some fields of another and replaces others', async () => {
    const params = { base: { a: 1, b: 2, c: 3 }, keep: ['a', 'b'], fields: { b: 20, d: null } };
    expect(await output('data.set', params)).toEqual({ value: { a: 1, b: 20, d: null } });
  });

  it('never changes what every object inherits', async () => {
    const fields = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as Record<string, unknown>;
    await bench.run('data.set', { fields, base: fields });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('data.dictionary', () => {
  const dictionary = { name: 'Ada', address: { city: 'London', lines: ['a', 'b'] } };
  it.each([
    ['get', { path: 'address.lines[1]' }, 'b', true],
    ['get', { path: 'address.zip', fallback: 'none' }, 'none', false],
    ['has', { path: 'address.city' }, true, true],
    ['has', { path: 'constructor' }, false, false],
    ['get', { path: '__proto__.toString' }, null, false],
    [
      'set',
      { path: 'address.zip', value: 'N1' },
      { name: 'Ada', address: { city: 'London', lines: ['a', 'b'], zip: 'N1' } },
      false,
    ],
    ['remove', { path: 'address.lines.0' }, { name: 'Ada', address: { city: 'London', lines: ['b'] } }, true],
    ['remove', { path: 'nothing' }, dictionary, false],
    ['keys', {}, ['name', 'address'], true],
    ['values', {}, ['Ada', dictionary.address], true],
    ['merge', { other: { address: { zip: 'N1' } } }, { name: 'Ada', address: { zip: 'N1' } }, true],
    [
      'merge',
      { other: { address: { zip: 'N1' } }, deep: true },
      { name: 'Ada', address: { city: 'London', lines: ['a', 'b'], zip: 'N1' } },
      true,
    ],
  ])('%s %j', async (operation, params, result, found) => {
    expect(await output('data.dictionary', { operation, dictionary, ...params })).toEqual({ result, found });
  });

  it('gives entries as rows and leaves the original alone', async () => {
    const original = { a: { b: 1 } };
    await bench.run('data.dictionary', { operation: 'set', dictionary: original, path: 'a.b', value: 2 });
    expect(original).toEqual({ a: { b: 1 } });
    const { result } = await output('data.dictionary', { operation: 'entries', dictionary: { a: 1 } });
    expect(result).toEqual([{ key: 'a', value: 1 }]);
  });
});

describe('data.convert', () => {
  it.each([
    ['1,234.50', 'number', {}, 1234.5],
    ['1.234,50 €', 'number', { decimal: ',' }, 1234.5],
    ['$ -12', 'number', {}, -12],
    ['1e3', 'number', {}, 1000],
    ['7.9', 'integer', {}, 7],
    ['Yes', 'boolean', {}, true],
    ['', 'boolean', {}, false],
    [0, 'boolean', {}, false],
    ['a, b', 'list', {}, ['a', 'b']],
    ['a|b', 'list', { separator: '|' }, ['a', 'b']],
    [{ a: 1 }, 'list', {}, [{ key: 'a', value: 1 }]],
    [{ a: 1 }, 'text', {}, '{"a":1}'],
    [null, 'text', {}, ''],
    ['{"a":1}', 'object', {}, { a: 1 }],
    ['nonsense', 'number', { fallback: 0 }, 0],
  ])('%j into a %s', async (value, to, more, expected) => {
    expect(await output('data.convert', { value, to, ...more })).toEqual({ value: expected });
  });

  it.each([
    ['abc', 'number'],
    ['12abc', 'number'],
    ['maybe', 'boolean'],
    ['[1]', 'object'],
    [Number.POSITIVE_INFINITY, 'number'],
  ])('refuses %j as %s', async (value, to) => {
    expect(await bench.fail('data.convert', { value, to })).toMatchObject({ code: 'DATA_FORMAT', details: { to } });
  });
});

describe('data.validate', () => {
  it.each([
    ['ada@example.com', 'email', 'valid'],
    ['ada@', 'email', 'invalid'],
    ['https://example.com/a', 'url', 'valid'],
    ['ftp://example.com/a', 'url', 'invalid'],
    ['12', 'integer', 'valid'],
    [12.5, 'integer', 'invalid'],
    ['2026-02-01', 'date', 'valid'],
    ['', 'text', 'invalid'],
    [[1], 'list', 'valid'],
    [{}, 'object', 'invalid'],
    [true, 'boolean', 'valid'],
  ])('%j as %s is %s', async (value, form, port) => {
    expect((await bench.run('data.validate', { value, form })).port).toBe(port);
  });

  it('lists every condition that does not fit', async () => {
    const conditions = [
      { field: 'total', operator: 'greater', value: 10 },
      { field: 'state', operator: 'matches', value: '^open$' },
    ];
    const { port, output: found } = await bench.run('data.validate', {
      value: { total: 5, state: 'shut' },
      conditions,
    });
    expect(port).toBe('invalid');
    expect(found.reasons).toHaveLength(2);
  });
});

describe('data.random', () => {
  it('keeps whole numbers within the borders and reaches both', async () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) seen.add((await output('data.random', { kind: 'integer', min: 1, max: 6 })).value);
    expect([...seen].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('gives UUIDs of version 4, choices, shuffled lists and texts of the chosen characters', async () => {
    expect((await output('data.random', { kind: 'uuid' })).value).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(['a', 'b']).toContain((await output('data.random', { kind: 'choice', items: ['a', 'b'] })).value);
    expect((await output('data.random', { kind: 'shuffle', items: [3, 1, 2] })).value.toSorted()).toEqual([1, 2, 3]);
    expect((await output('data.random', { kind: 'text', length: 40, characters: ['digits'] })).value).toMatch(
      /^\d{40}$/,
    );
  });

  it('follows the generator of the run', async () => {
    const { output: found } = await bench.run(
      'data.random',
      { kind: 'number', min: 0, max: 10 },
      { random: () => 0.25 },
    );
    expect(found).toEqual({ value: 2.5 });
  });

  it.each([[{ kind: 'integer', min: 5, max: 1 }], [{ kind: 'choice', items: [] }]])('refuses %j', async (params) => {
    expect(await bench.fail('data.random', params)).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('JSON and XML', () => {
  it('reads JSON and the part that is asked for', async () => {
    expect(await output('data.jsonParse', { text: '{"items":[{"name":"x"}]}', path: 'items[0].name' })).toEqual({
      value: 'x',
    });
  });

  it.each([
    ['{"a": 1,\n  "b": }', { line: 2, column: 8 }],
    ['[1, 2', { line: 1 }],
    ['nope', { line: 1, column: 2 }],
  ])('says where %j is wrong', async (text, place) => {
    expect(await bench.fail('data.jsonParse', { text })).toMatchObject({ code: 'DATA_FORMAT', details: place });
  });

  it('writes JSON with sorted keys', async () => {
    expect(await output('data.jsonStringify', { value: { b: 1, a: [{ d: 1, c: 2 }] }, sortKeys: true })).toEqual({
      text: '{"a":[{"c":2,"d":1}],"b":1}',
    });
  });

  it('reads XML with attributes, lists and typed values', async () => {
    const text = '<?xml version="1.0"?><order id="7"><line>pens &amp; ink</line></order>';
    expect(await output('data.xmlParse', { text, lists: ['line'], typed: true })).toEqual({
      value: { order: { '@id': 7, line: ['pens & ink'] } },
    });
  });

  it.each([
    ['<a><b></a>', 'is not XML: line 1'],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'document type'],
    ['<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;">]><lolz>&lol1;</lolz>', 'document type'],
  ])('refuses %s', async (text, message) => {
    const error = await bench.fail('data.xmlParse', { text });
    expect(error.code).toBe('DATA_FORMAT');
    expect(error.message).toContain(message);
  });
});
