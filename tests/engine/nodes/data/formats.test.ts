import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

const invoice = `<?xml version="1.0"?><inv:invoice xmlns:inv="urn:x" currency="EUR"><lines><line id="1"><name>Pen &amp; ink</name><price>2.5</price></line><line id="2"><name>Paper</name><price>10</price></line><line id="3"><name/></line></lines><note>one <b>two</b> three</note></inv:invoice>`;

describe('data.xmlQuery', () => {
  it.each([
    ['//line/@id', ['1', '2', '3']],
    ['/invoice/lines/line[2]/name', ['Paper']],
    ['/inv:invoice/@currency', ['EUR']],
    ['//line[last()]/@id', ['3']],
    ['//line[@id="1"]/name/text()', ['Pen & ink']],
    ['//line[price > 5]/name', ['Paper']],
    ['//line[contains(name,"ink") and @id=1]/price', ['2.5']],
    ['//line[starts-with(name,"Pa")]/@id', ['2']],
    ['//line[price]/@id', ['1', '2']],
    ['//name[.="Paper"]/../@id', ['2']],
    ['/*/*/*', ['Pen & ink2.5', 'Paper10', '', 'two']],
    ['//note', ['one two three']],
    ['//nothing', []],
    ['//line[@id="x]y"]', []],
  ])('finds %s', async (path, texts) => {
    expect((await output('data.xmlQuery', { text: invoice, path })).texts).toEqual(texts);
  });

  it('gives elements with their attributes and refuses a path it cannot read', async () => {
    const { items, count, first } = await output('data.xmlQuery', { text: invoice, path: '//line', limit: 1 });
    expect({ items, count, first }).toMatchObject({
      items: [{ name: 'line', attributes: { id: '1' }, children: 2 }],
      count: 3,
      first: 'Pen & ink2.5',
    });
    for (const path of ['//line[', 'a b', '//line[foo()]', '|'])
      expect(await bench.fail('data.xmlQuery', { text: invoice, path })).toMatchObject({ code: 'PARAMS_INVALID' });
    expect(await bench.fail('data.xmlQuery', { text: invoice, path: '//x', required: true })).toMatchObject({
      code: 'DATA_FORMAT',
    });
  });
});

describe('XML out of data', () => {
  it('is read back as it was', async () => {
    const value = {
      order: { '@id': '7', line: ['pens & <ink>', 'a"b'], empty: '', deep: { '@x': '1', '#text': 'text' } },
    };
    const { text } = await output('data.xmlBuild', { value });
    expect(text).toContain('<line>pens &amp; &lt;ink&gt;</line>\n  <line>a"b</line>');
    expect(await output('data.xmlParse', { text })).toEqual({ value });
    await bench.run('files.writeXml', { path: 'order.xml', data: value });
    expect((await output('files.readXml', { path: 'order.xml' })).data).toEqual(value);
    expect(
      (await output('data.xmlBuild', { value: [1, 2], root: 'list', pretty: false, declaration: false })).text,
    ).toBe('<list><item>1</item><item>2</item></list>');
  });

  it('refuses what XML cannot hold', async () => {
    for (const value of [{ a: 1, b: 2 }, { 'no name': 1 }, { a: { '@<': 1 } }, { a: '\u0000' }])
      expect(await bench.fail('data.xmlBuild', { value })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(await output('data.xmlCheck', { text: '<a>\n<b></a>' })).toMatchObject({ isValid: false, line: 2 });
    expect(await output('data.xmlCheck', { text: invoice })).toMatchObject({ isValid: true, message: null });
  });
});

describe('YAML', () => {
  it('goes there and back', async () => {
    const value = { name: 'Ada', list: [1, true, null, 'no', '007'], text: 'a\nb' };
    const { text } = await output('data.yamlStringify', { value });
    expect((await output('data.yamlParse', { text })).value).toEqual(value);
    await bench.run('files.writeYaml', { path: 'a.yaml', data: value });
    expect((await output('files.readYaml', { path: 'a.yaml' })).data).toEqual(value);
    expect((await output('data.yamlParse', { text: 'a: 1\n---\nb: 2', all: true })).value).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
    expect(await bench.fail('data.yamlParse', { text: 'a: 1\n---\nb: 2' })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

describe('data.query', () => {
  const value = {
    orders: [
      { id: 1, total: 50, lines: [{ p: 1 }, { p: 2 }] },
      { id: 2, total: 150, 'odd name': 'x', lines: [{ p: 3 }] },
    ],
  };
  it.each([
    ['$.orders[*].id', [1, 2]],
    ['orders[0].lines[1].p', [2]],
    ['$.orders[-1].id', [2]],
    ['$.orders[0:1].id', [1]],
    ['$..p', [1, 2, 3]],
    ['$.orders[?(@.total > 100)].id', [2]],
    ['$.orders[?(@.id == 1)].total', [50]],
    ["$.orders[1]['odd name']", ['x']],
    ['$.orders[*].lines[*].p', [1, 2, 3]],
    ['$.orders[7]', []],
    ['$.constructor', []],
  ])('finds %s', async (path, values) => {
    expect((await output('data.query', { value, path })).values).toEqual(values);
  });

  it('refuses a path it cannot read', async () => {
    expect(await bench.fail('data.query', { value, path: '$.a[' })).toMatchObject({ code: 'PARAMS_INVALID' });
    expect(await bench.fail('data.query', { value, path: '$.nothing', required: true })).toMatchObject({
      code: 'DATA_FORMAT',
    });
  });
});

describe('HTML', () => {
  const html = `<html><head><title>T</title><style>p{}</style></head><body><h1>Orders</h1><p>Two   <b>pens</b><br>and ink</p><ul><li><a href="/1">Pen</a> <i class="price">12</i><li><a href="/2">Ink</a></ul>
<table><tr><th>Name<th>Price<tr><td rowspan=2>Pen<td>1<tr><td>2</table><script>alert(1)</script></body></html>`;
  it('is taken apart by selectors', async () => {
    expect((await output('data.htmlExtract', { html, selector: 'li a' })).items).toEqual(['Pen', 'Ink']);
    expect((await output('data.htmlExtract', { html, selector: 'a', what: 'attribute' })).items).toEqual(['/1', '/2']);
    expect((await output('data.htmlExtract', { html, selector: 'ul', what: 'links' })).items).toEqual([
      { text: 'Pen', href: '/1' },
      { text: 'Ink', href: '/2' },
    ]);
    expect((await output('data.htmlExtract', { html, selector: 'table', what: 'table' })).first).toEqual({
      columns: ['Name', 'Price'],
      rows: [
        { Name: 'Pen', Price: '1' },
        { Name: 'Pen', Price: '2' },
      ],
    });
    expect(
      (
        await output('data.htmlExtract', {
          html,
          selector: 'li',
          what: 'fields',
          fields: { name: 'a', link: 'a@href', price: '.price' },
        })
      ).items,
    ).toEqual([
      { name: 'Pen', link: '/1', price: '12' },
      { name: 'Ink', link: '/2', price: null },
    ]);
    expect(await bench.fail('data.htmlExtract', { html, selector: 'a[[' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  it('becomes text as it is read', async () => {
    const { text } = await output('data.htmlToText', { html, links: true });
    expect(text).toContain('Orders\n\nTwo pens\nand ink\n\n- Pen (/1) 12');
    expect(text).not.toMatch(/alert|p\{\}/);
  });
});

describe('files', () => {
  it('are packed and unpacked as gzip, and temporary paths are their own', async () => {
    await writeFile(join(bench.folder, 'log.txt'), 'line\n'.repeat(1000));
    await bench.run('files.gzip', { path: 'log.txt' });
    expect(gunzipSync(await readFile(join(bench.folder, 'log.txt.gz'))).toString()).toBe('line\n'.repeat(1000));
    await bench.run('files.gzip', { path: 'log.txt.gz', operation: 'decompress', target: 'again.txt' });
    expect(await readFile(join(bench.folder, 'again.txt'), 'utf8')).toBe('line\n'.repeat(1000));
    const [a, b] = [
      await output('files.temporary', { ending: 'csv' }),
      await output('files.temporary', { ending: 'csv' }),
    ];
    expect(a.path).toMatch(/\.csv$/);
    expect(a.path).not.toBe(b.path);
    await bench.run('files.append', { path: 'run.log', content: 'done', stamp: true });
    expect(await readFile(join(bench.folder, 'run.log'), 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z done\n$/);
  });

  it('of 100,000 rows go through CSV, with formulas made harmless', async () => {
    const rows = Array.from({ length: 100_000 }, (_none, i) => ({
      id: i,
      text: i === 7 ? '=1+1' : `Größe "${i}"; 😀`,
    }));
    await bench.run('files.writeCsv', { path: 'large.csv', rows, encoding: 'utf-8-bom' });
    const read = await output('files.readCsv', { path: 'large.csv', typed: true });
    expect(read.count).toBe(100_000);
    expect(read.rows[7]).toEqual({ id: 7, text: "'=1+1" });
    expect(read.rows[99_999]).toEqual(rows[99_999]);
    expect((await readFile(join(bench.folder, 'large.csv'), 'utf8')).match(/\ufeff/g)).toHaveLength(1);
  });
});
