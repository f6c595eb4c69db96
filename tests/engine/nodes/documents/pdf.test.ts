import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PDFDocument, rgb, StandardFonts } from 'pdf-lib';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const at = (name: string) => join(bench.folder, name);
const program = promisify(execFile);
/** What another reader sees, so that ours is not only checked by itself. */
const poppler = async (name: string, ...options: string[]) =>
  (await program('pdftotext', [...options, at(name), '-'])).stdout;

interface Cell {
  text: string;
  x: number;
  y: number;
}

async function writePdf(name: string, pages: Cell[][], size = 10): Promise<void> {
  const document = await PDFDocument.create();
  document.setTitle('Invoice 4711');
  document.setAuthor('Ada');
  document.setCreationDate(new Date('2026-01-31T12:00:00Z'));
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const cells of pages) {
    const page = document.addPage([595, 842]);
    for (const { text, x, y } of cells) page.drawText(text, { x, y, size, font });
  }
  await writeFile(at(name), await document.save());
}

const tableRows = [
  ['Item', 'Amount', 'Unit price', 'Total'],
  ['Fountain pen', '3', '12.50', '37.50'],
  ['Ink, blue', '10', '4.00', '40.00'],
  ['Paper A4', '1', '6.20', '6.20'],
];
const columnStarts = [60, 250, 330, 450];
const tableCells = (rows: string[][], top: number) =>
  rows.flatMap((row, r) => row.map((text, c) => ({ text, x: columnStarts[c] as number, y: top - r * 18 })));

beforeAll(async () => {
  await writePdf('invoice.pdf', [
    [
      { text: 'Invoice 4711', x: 60, y: 780 },
      { text: 'Dear Ada, thank you for your order of last week. Here is what we sent you.', x: 60, y: 740 },
      ...tableCells(tableRows, 700),
      { text: 'in a gift box', x: 60, y: 600 },
      { text: 'Please pay within 30 days.', x: 60, y: 560 },
    ],
    [{ text: 'Terms of trade', x: 60, y: 780 }],
  ]);
});

describe('pdf.text and pdf.info', () => {
  test('read the text of pages as another reader does', async () => {
    const { output } = await bench.run('pdf.text', { path: 'invoice.pdf' });
    expect(output).toMatchObject({ pageCount: 2, hasText: true });
    expect(output.pages[1]).toEqual({ page: 2, text: 'Terms of trade' });
    const words = (text: string) => text.split(/\s+/).filter(Boolean).toSorted();
    expect(words(output.text)).toEqual(words(await poppler('invoice.pdf')));
    expect(output.pages[0].text).toContain('Fountain pen 3 12.50 37.50');
    const kept = (await bench.run('pdf.text', { path: 'invoice.pdf', pages: '1', layout: true })).output.text as string;
    const [head = '', first = ''] = kept.split('\n').filter((line) => /Item|Fountain/.test(line));
    expect(Math.abs(head.indexOf('Amount') - first.indexOf('3 '))).toBeLessThanOrEqual(1);
    expect(await bench.fail('pdf.text', { path: 'invoice.pdf', pages: '3' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  test('tell what is known of the file', async () => {
    const { output } = await bench.run('pdf.info', { path: 'invoice.pdf' });
    expect(output).toMatchObject({
      pageCount: 2,
      title: 'Invoice 4711',
      author: 'Ada',
      createdAt: '2026-01-31T12:00:00.000Z',
      isEncrypted: false,
      pageWidth: 595,
    });
  });

  test('read protected files with their password and tell a wrong one', async () => {
    await program('qpdf', ['--encrypt', 'reader', 'owner', '256', '--', at('invoice.pdf'), at('secret.pdf')]);
    expect((await bench.run('pdf.text', { path: 'secret.pdf', password: 'reader', pages: '2' })).output.text).toBe(
      'Terms of trade',
    );
    expect((await bench.run('pdf.info', { path: 'secret.pdf', password: 'reader' })).output.isEncrypted).toBe(true);
    expect(await bench.fail('pdf.text', { path: 'secret.pdf' })).toMatchObject({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('Give it'),
    });
    expect(await bench.fail('pdf.text', { path: 'secret.pdf', password: 'x' })).toMatchObject({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('wrong'),
    });
    expect(await bench.fail('pdf.merge', { files: ['secret.pdf'], path: 'x.pdf' })).toMatchObject({
      code: 'FILE_ACCESS',
    });
  });
});

describe('pdf.tables', () => {
  test('finds a table between paragraphs', async () => {
    const { output } = await bench.run('pdf.tables', { path: 'invoice.pdf' });
    expect(output.count).toBe(1);
    expect(output.tables[0].cells).toEqual(tableRows);
    expect(output.tables[0].rows[1]).toEqual({ Item: 'Ink, blue', Amount: '10', 'Unit price': '4.00', Total: '40.00' });
  });

  test('keeps empty cells in their column, joins broken lines and right-aligned numbers', async () => {
    const font = await (await PDFDocument.create()).embedFont(StandardFonts.Helvetica);
    const right = (text: string, edge: number, y: number) => ({ text, x: edge - font.widthOfTextAtSize(text, 10), y });
    await writePdf('odd.pdf', [
      [
        { text: 'Date', x: 60, y: 700 },
        { text: 'Text', x: 140, y: 700 },
        right('Debit', 400, 700),
        right('Credit', 500, 700),
        { text: '01.02.', x: 60, y: 680 },
        { text: 'Rent for February', x: 140, y: 680 },
        right('1,200.00', 400, 680),
        { text: '02.02.', x: 60, y: 660 },
        { text: 'Salary, paid by', x: 140, y: 660 },
        right('3,000.00', 500, 660),
        { text: 'Example Company', x: 140, y: 648 },
        { text: '03.02.', x: 60, y: 628 },
        { text: 'Fee', x: 140, y: 628 },
        right('5.00', 400, 628),
        right('0.50', 500, 628),
      ],
    ]);
    const { output } = await bench.run('pdf.tables', { path: 'odd.pdf' });
    expect(output.tables[0].cells).toEqual([
      ['Date', 'Text', 'Debit', 'Credit'],
      ['01.02.', 'Rent for February', '1,200.00', ''],
      ['02.02.', 'Salary, paid by Example Company', '', '3,000.00'],
      ['03.02.', 'Fee', '5.00', '0.50'],
    ]);
  });

  test('joins a table that goes on on the next page, and reads several of one page', async () => {
    await writePdf('long.pdf', [
      tableCells(tableRows, 780),
      [
        ...tableCells([tableRows[0] as string[], ['Eraser', '2', '1.00', '2.00']], 780),
        ...tableCells(
          [
            ['Name', 'Town'],
            ['Ada', 'London'],
          ],
          500,
        ),
      ],
    ]);
    const { output } = await bench.run('pdf.tables', { path: 'long.pdf' });
    expect(output.tables.map((table: { cells: string[][] }) => table.cells.length)).toEqual([5, 2]);
    expect(output.tables[0].rows.at(-1)).toMatchObject({ Item: 'Eraser', Total: '2.00' });
    expect(output.tables[1].rows).toEqual([{ Name: 'Ada', Town: 'London' }]);
    expect((await bench.run('pdf.tables', { path: 'long.pdf', joinPages: false })).output.count).toBe(3);
  });
});

describe('arranging pages', () => {
  test('merges, splits and takes pages', async () => {
    await bench.run('pdf.merge', { files: ['invoice.pdf#2', 'invoice.pdf'], path: 'merged.pdf' });
    expect((await program('pdfinfo', [at('merged.pdf')])).stdout).toMatch(/Pages:\s+3/);
    expect((await poppler('merged.pdf', '-l', '1')).trim()).toBe('Terms of trade');
    const single = (await bench.run('pdf.split', { path: 'merged.pdf', folder: 'pages' })).output;
    expect(single.files.map((file: string) => file.split('/').at(-1))).toEqual([
      'merged-1.pdf',
      'merged-2.pdf',
      'merged-3.pdf',
    ]);
    const part = (
      await bench.run('pdf.split', { path: 'merged.pdf', folder: 'pages', groups: ['3, 1'], name: 'part-{pages}.pdf' })
    ).output;
    expect(part.count).toBe(1);
    expect((await poppler('pages/part-3-1.pdf')).trim().split(/\s*\f\s*/)).toEqual([
      'Terms of trade',
      'Terms of trade',
    ]);
  });

  test('stamps pages', async () => {
    await bench.run('pdf.stamp', {
      path: 'invoice.pdf',
      target: 'stamped.pdf',
      text: 'Page {page} of {pages}',
      place: 'bottom',
    });
    expect(await poppler('stamped.pdf', '-f', '2')).toContain('Page 2 of 2');
    await bench.run('pdf.stamp', {
      path: 'invoice.pdf',
      target: 'draft.pdf',
      text: 'DRAFT',
      place: 'center',
      fontSize: 80,
      angle: 45,
      opacity: 0.2,
      pages: '1',
    });
    expect(await poppler('draft.pdf', '-f', '2')).not.toContain('DRAFT');
  });

  test('makes a PDF of text and pictures', async () => {
    await writeFile(
      at('red.png'),
      await sharp({ create: { width: 300, height: 200, channels: 3, background: '#ff0000' } })
        .png()
        .toBuffer(),
    );
    await writeFile(
      at('blue.jpg'),
      await sharp({ create: { width: 400, height: 100, channels: 3, background: '#0000ff' } })
        .jpeg()
        .toBuffer(),
    );
    const text = `First line\n${'word '.repeat(200)}\nLast line äöü €`;
    const { output } = await bench.run('pdf.create', { path: 'made.pdf', text, images: ['red.png', 'blue.jpg'] });
    expect(output.pageCount).toBe(3);
    const found = await poppler('made.pdf');
    expect(found).toContain('Last line äöü €');
    expect(found.match(/word/g)).toHaveLength(200);
    expect(await bench.fail('pdf.create', { path: 'made.pdf', text: '日本' })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(await bench.fail('pdf.create', { path: 'made.pdf' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  test('makes pictures of pages', async () => {
    const document = await PDFDocument.create();
    document.addPage([200, 100]).drawRectangle({ x: 100, y: 0, width: 100, height: 100, color: rgb(1, 0, 0) });
    await writeFile(at('half.pdf'), await document.save());
    const { output } = await bench.run('pdf.toImages', { path: 'half.pdf', folder: 'shots', dpi: 144 });
    expect(output.files).toMatchObject([{ page: 1, width: 400, height: 200 }]);
    const { data, info } = await sharp(output.paths[0]).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
    expect([pixel(100, 100), pixel(300, 100)]).toEqual([
      [255, 255, 255],
      [255, 0, 0],
    ]);
    const text = (await bench.run('pdf.toImages', { path: 'invoice.pdf', folder: 'shots', pages: '1', format: 'jpeg' }))
      .output;
    const { dominant, channels } = await sharp(text.paths[0]).stats();
    expect(dominant.r).toBeGreaterThan(240);
    // The letters are drawn: without a font the page stays white.
    expect(channels[0]?.min).toBeLessThan(60);
  });
});

test('fills a form, refuses what it does not know, and can make it plain', async () => {
  const document = await PDFDocument.create();
  const page = document.addPage([400, 300]);
  const form = document.getForm();
  form.createTextField('name').addToPage(page, { x: 20, y: 200, width: 200, height: 20 });
  form.createCheckBox('agree').addToPage(page, { x: 20, y: 150, width: 20, height: 20 });
  const town = form.createDropdown('town');
  town.addOptions(['Oslo', 'Bergen']);
  town.addToPage(page, { x: 20, y: 100, width: 100, height: 20 });
  await writeFile(at('form.pdf'), await document.save());
  const info = (await bench.run('pdf.info', { path: 'form.pdf' })).output;
  expect(info.fields).toMatchObject([
    { name: 'name', kind: 'text' },
    { name: 'agree', kind: 'checkbox' },
    { name: 'town', kind: 'combobox', choices: ['Oslo', 'Bergen'] },
  ]);
  const values = { name: 'Ada Lovelace', agree: true, town: 'Bergen' };
  await bench.run('pdf.fill', { path: 'form.pdf', values, target: 'filled.pdf' });
  const filled = (await bench.run('pdf.info', { path: 'filled.pdf' })).output.fields;
  expect(filled.map((field: { value: unknown }) => field.value)).toEqual(['Ada Lovelace', 'Yes', 'Bergen']);
  await bench.run('pdf.fill', { path: 'form.pdf', values, target: 'flat.pdf', flatten: true });
  expect(await poppler('flat.pdf')).toContain('Ada Lovelace');
  expect((await bench.run('pdf.info', { path: 'flat.pdf' })).output.fields).toEqual([]);
  expect(await bench.fail('pdf.fill', { path: 'form.pdf', values: { surname: 'x' }, target: 'x.pdf' })).toMatchObject({
    details: { unknown: ['surname'] },
  });
  expect(await bench.fail('pdf.fill', { path: 'form.pdf', values: { town: 'Rome' }, target: 'x.pdf' })).toMatchObject({
    message: expect.stringContaining('Oslo, Bergen'),
  });
  expect((await readFile(at('form.pdf'))).length).toBeGreaterThan(0);
});
