import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toJson } from '../../../engine/json-output.ts';
import { openNodeBench } from '../nodes/run-one.ts';

const bench = await openNodeBench();
const secret = join(bench.folder, '..', `xxe-${process.pid}.txt`);
await mkdir(bench.folder, { recursive: true });
await writeFile(secret, 'secret of the machine');

/** What came of it, as text: data or an error of ours. */
async function outcome(type: string, params: Record<string, unknown>): Promise<string> {
  const startedAt = performance.now();
  // As a run takes it over.
  const taken = bench.run(type, params).then(({ output }) => JSON.stringify(toJson(output)));
  const text = await taken.catch((error: { code?: string }) => {
    if (error.code === undefined) throw error;
    return error.code;
  });
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect(text).not.toContain('secret of the machine');
  return text;
}

describe('XML', () => {
  const laughs = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  test.each([
    ['an entity of a file', `<!DOCTYPE a [<!ENTITY x SYSTEM "file://${secret}">]><a>&x;</a>`],
    ['an entity of an address', '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><a>&x;</a>'],
    ['a parameter entity', `<!DOCTYPE a [<!ENTITY % x SYSTEM "file://${secret}"> %x;]><a/>`],
    ['a DTD elsewhere', `<!DOCTYPE a SYSTEM "file://${secret}"><a/>`],
    ['a public DTD', '<!DOCTYPE a PUBLIC "-//A//B//EN" "http://127.0.0.1:1/a.dtd"><a/>'],
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l30;</a>`],
    ['one long entity, often', `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(50_000)}">]><a>${'&x;'.repeat(20_000)}</a>`],
    ['a lower-case doctype', `<!doctype a [<!ENTITY x SYSTEM "file://${secret}">]><a>&x;</a>`],
    ['UTF-7', '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4<a/>'],
  ])('with %s is refused or says nothing', async (_name, text) => {
    for (const type of ['data.xmlParse', 'data.xmlQuery', 'data.xmlCheck']) {
      const found = await outcome(type, type === 'data.xmlQuery' ? { text, xml: text, path: '//a' } : { text }).catch(
        (error: Error) => error.name,
      );
      expect(found).not.toMatch(/lollol|xxxxx/);
    }
    await writeFile(join(bench.folder, 'a.xml'), text);
    expect(await outcome('files.readXml', { path: 'a.xml' })).not.toMatch(/lollol|xxxxx/);
  });

  test('with an inclusion is data and nothing is included', async () => {
    expect(
      await outcome('data.xmlParse', {
        text: `<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://${secret}" parse="text"/></a>`,
      }),
    ).toContain('include');
  });
});

describe('YAML', () => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x]',
    ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}*a${i}]`),
  ].join('\n');
  test.each([
    ['a function', '!!js/function "function () { return process }"'],
    ['a pattern', '!!js/regexp /(a+)+$/'],
    ['undefined', '!!js/undefined ""'],
    ['a Python object', '!!python/object/apply:os.system ["id"]'],
    ['a Ruby object', '!ruby/object:Gem::Installer {}'],
    ['a Java object', '!!javax.script.ScriptEngineManager []'],
    ['a circle', 'a: &a [*a]'],
    ['aliases that multiply', bomb],
    ['a merge of the prototype', '<<: {__proto__: {polluted: 1}}\na: 1'],
    ['__proto__', '__proto__: {polluted: 1}'],
    ['constructor', 'constructor: {prototype: {polluted: 1}}'],
    ['levels without end', '['.repeat(20_000)],
  ])('with %s is data or refused', async (_name, text) => {
    const found = await outcome('data.yamlParse', { text });
    expect(found).toMatch(/^\{"value":|^[A-Z_]+$/);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('CSV', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+cmd|"/C calc"!A0',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://a","b")',
    '=cmd|"/C calc"!A0',
    '＝1+1',
    '＋1',
    '－1+1',
    '＠A',
  ])('%j opens as text in a spreadsheet', async (text) => {
    await bench.run('files.writeCsv', { path: 'out.csv', rows: [{ a: text }], overwrite: true });
    const [, line = ''] = (await readFile(join(bench.folder, 'out.csv'), 'utf8'))
      .replace(/^\ufeff/, '')
      .split(/\r?\n(?=[^\n]*$|.)/);
    expect(line.replace(/^"/, '')).toMatch(/^'/);
  });

  test('numbers stay numbers', async () => {
    await bench.run('files.writeCsv', { path: 'out.csv', rows: [{ a: -1, b: '-1.5', c: '+49 170' }], overwrite: true });
    expect(await readFile(join(bench.folder, 'out.csv'), 'utf8')).toContain('-1');
  });
});

describe('HTML and SVG', () => {
  const page = (body: string) => `<html><head><title>T</title></head><body>${body}</body></html>`;
  test.each([
    '<script>globalThis.polluted = 1</script>',
    '<img src=x onerror="globalThis.polluted = 1">',
    '<svg onload="globalThis.polluted = 1"><script>globalThis.polluted = 1</script></svg>',
    `<iframe src="file://${secret}"></iframe>`,
    '<link rel="stylesheet" href="http://127.0.0.1:1/a.css">',
    '<object data="http://127.0.0.1:1/"></object>',
    `<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="file://${secret}"/></svg>`,
  ])('%s is read as text, and nothing of it runs or is loaded', async (body) => {
    await outcome('data.htmlToText', { html: page(body) });
    await outcome('data.htmlExtract', { html: page(body), selector: 'body', fields: [] }).catch(() => '');
    expect((globalThis as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('an SVG that reaches for a file or an address draws nothing of it', async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10"><image xlink:href="file://${secret}" width="10" height="10"/></svg>`;
    await writeFile(join(bench.folder, 'a.svg'), svg);
    expect(await outcome('image.info', { path: 'a.svg' })).not.toContain('secret');
  });
});
