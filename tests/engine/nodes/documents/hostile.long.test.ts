import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildZip } from '../files/build-zip.ts';
import { openNodeBench } from '../run-one.ts';
import { pack } from './packages.ts';

const bench = await openNodeBench();
const at = (name: string) => join(bench.folder, name);

/** The error, that it came soon, and that the process did not grow by what the file pretends to be. */
async function refused(type: string, params: Record<string, unknown>) {
  const [startedAt, before] = [performance.now(), process.memoryUsage().rss];
  const error = await bench.fail(type, params);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 ** 2);
  return error;
}

const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 1024 ** 2);

describe('workbooks', () => {
  const book = (parts: Record<string, string | Buffer>) => ({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': '<workbook/>',
    ...parts,
  });

  test('that unpack to far more than they are', async () => {
    await writeFile(at('bomb.xlsx'), await pack(book({ 'xl/worksheets/sheet1.xml': zeros(200) })));
    expect(await refused('excel.read', { path: 'bomb.xlsx' })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test('whose parts claim a small size, share their bytes or lead out', async () => {
    await writeFile(at('liar.xlsx'), buildZip([{ name: 'xl/workbook.xml', content: zeros(40), claimedSize: 10 }]));
    expect(await refused('excel.read', { path: 'liar.xlsx' })).toMatchObject({ code: 'DATA_FORMAT' });
    const shared = [
      { name: 'a.xml', content: zeros(1) },
      { name: 'b.xml', content: zeros(1), sharedWith: 0 },
    ];
    await writeFile(at('shared.xlsx'), buildZip(shared));
    expect(await refused('excel.read', { path: 'shared.xlsx' })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await writeFile(at('slip.xlsx'), buildZip([{ name: '../xl/workbook.xml', content: 'x' }]));
    expect((await refused('excel.read', { path: 'slip.xlsx' })).code).toMatch(/DATA_FORMAT|FILE_ACCESS/);
  });

  test('with 30,000 entries', async () => {
    const entries = Array.from({ length: 30_000 }, (_none, i) => ({ name: `f${i}`, content: '' }));
    const zip = buildZip(entries);
    await writeFile(at('many.xlsx'), zip);
    expect(await refused('excel.read', { path: 'many.xlsx' })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await writeFile(at('many.zip'), zip);
    expect(await refused('files.unzip', { path: 'many.zip', folder: 'out' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  test('with two cells that span the whole sheet', async () => {
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const relationship = (type: string, target: string) =>
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/${type}" Target="${target}"/></Relationships>`;
    await writeFile(
      at('sparse.xlsx'),
      await pack({
        '[Content_Types].xml':
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        '_rels/.rels': relationship('officeDocument', 'xl/workbook.xml'),
        'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': relationship('worksheet', 'worksheets/sheet1.xml'),
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`,
      }),
    );
    expect(await refused('excel.read', { path: 'sparse.xlsx' })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

describe('archives', () => {
  test('in archives are unpacked one layer at a time, and a link, a gzip bomb and a nested bomb are refused', async () => {
    const inner = buildZip([{ name: 'zeros', content: zeros(40) }]);
    await writeFile(at('nested.zip'), buildZip([{ name: 'inner.zip', content: inner }]));
    expect((await bench.run('files.unzip', { path: 'nested.zip', folder: 'nested' })).output.count).toBe(1);
    expect(await readFile(at('nested/inner.zip'))).toEqual(inner);
    expect(await refused('files.unzip', { path: 'nested/inner.zip', folder: 'deeper' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await writeFile(at('link.zip'), buildZip([{ name: 'link', content: '/etc/hostname', mode: 0o120777 }]));
    expect(await refused('files.unzip', { path: 'link.zip', folder: 'out' })).toMatchObject({ code: 'FILE_ACCESS' });
    await writeFile(at('bomb.gz'), gzipSync(zeros(200)));
    expect(await refused('files.gzip', { path: 'bomb.gz', operation: 'decompress' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await writeFile(at('text.gz'), 'no gzip');
    expect(await refused('files.gzip', { path: 'text.gz', operation: 'decompress' })).toMatchObject({
      code: 'DATA_FORMAT',
    });
  });
});

describe('texts', () => {
  const laughs = Array.from({ length: 9 }, (_none, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`).join('');

  test.each(['data.xmlParse', 'data.xmlQuery'])('%s refuses a billion laughs and foreign entities', async (type) => {
    const params = type === 'data.xmlQuery' ? { path: '//x' } : {};
    for (const text of [
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY lol0 "lol">${laughs}]><x>&lol9;</x>`,
      '<!doctype x SYSTEM "file:///etc/hostname"><x/>',
    ])
      expect(await refused(type, { ...params, text })).toMatchObject({ code: 'DATA_FORMAT' });
    const deep = `${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`;
    expect(['DATA_FORMAT', 'NODE_FAILED', 'PAYLOAD_TOO_LARGE']).toContain(
      (await refused(type, { ...params, text: deep })).code,
    );
  });

  test('YAML refuses a billion laughs and tags that make objects', async () => {
    const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let i = 1; i < 12; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(await refused('data.yamlParse', { text: lines.join('\n') })).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('repeats itself'),
    });
    expect(
      (await bench.run('data.yamlParse', { text: '__proto__: {polluted: true}\nx: 1' })).output.value,
    ).toHaveProperty('x', 1);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(await refused('data.yamlParse', { text: 'a: [1' })).toMatchObject({
      code: 'DATA_FORMAT',
      details: { line: 1 },
    });
  });
});

describe('PDF files', () => {
  const pdf = (dictionary: string, stream: Buffer) =>
    Buffer.concat([
      Buffer.from(`%PDF-1.5\n1 0 obj\n<< ${dictionary} /Length ${stream.length} >>\nstream\n`),
      stream,
      Buffer.from('\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF'),
    ]);

  test('whose streams unpack to hundreds of megabytes, once or twice packed', async () => {
    const packed = deflateSync(zeros(280));
    await writeFile(at('bomb.pdf'), pdf('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', packed));
    await writeFile(at('twice.pdf'), pdf('/Filter [/FlateDecode /FlateDecode]', deflateSync(packed)));
    for (const type of ['pdf.text', 'pdf.info'])
      for (const path of ['bomb.pdf', 'twice.pdf'])
        expect(await refused(type, { path })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await refused('pdf.merge', { files: ['bomb.pdf'], path: 'x.pdf' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await writeFile(at('text.pdf'), deflateRawSync('no PDF'));
    expect(await refused('pdf.text', { path: 'text.pdf' })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

test('a cancelled step ends its thread, the next step gets another one, and nobody waits for a large document', async () => {
  const rows = Array.from({ length: 60_000 }, (_none, i) => ({ id: i, text: `row ${i}`, more: 'x'.repeat(20) }));
  await bench.run('excel.write', { path: 'large.xlsx', rows });
  const abort = new AbortController();
  const reading = bench.run('excel.read', { path: 'large.xlsx' }, { signal: abort.signal });
  let turns = 0;
  const counting = (async () => {
    while (!abort.signal.aborted) {
      await delay(5);
      turns++;
      // The file is being read meanwhile; ten turns show that the loop goes on.
      if (turns === 10) abort.abort(new Error('cancelled by a person'));
    }
  })();
  const cancelledAt = counting.then(() => performance.now());
  await expect(reading).rejects.toThrow('cancelled by a person');
  expect(performance.now() - (await cancelledAt)).toBeLessThan(2000);
  expect((await bench.run('excel.read', { path: 'large.xlsx', range: 'A1:A3' })).output.count).toBe(2);
}, 60_000);
