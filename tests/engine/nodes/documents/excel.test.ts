import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { unpack } from './packages.ts';
import { richWorkbook } from './rich-workbook.ts';

const bench = await openNodeBench();
const path = 'rich.xlsm';
const full = join(bench.folder, path);
const parts = async (name = path) => await unpack(await readFile(join(bench.folder, name)));

beforeEach(async () => {
  await writeFile(full, await richWorkbook());
});

describe('excel.read', () => {
  test('gives rows with dates as ISO, results of formulas, and the other sheets by name', async () => {
    const { output } = await bench.run('excel.read', { path, range: 'A1:E4' });
    expect(output).toMatchObject({
      columns: ['Name', 'Amount', 'Price', 'Total', 'Date'],
      count: 3,
      sheet: 'Data',
      sheets: ['Data', 'My sums'],
      range: 'A1:E4',
      uncomputed: 0,
    });
    expect(output.rows[0]).toEqual({ Name: 'Pen', Amount: 3, Price: 1.5, Total: 4.5, Date: '2026-01-02' });
    expect(output.rows[2].Name).toBe('Übung & Co');
  });

  test('reads tables, names, columns, other sheets, formulas and plain lists', async () => {
    expect((await bench.run('excel.read', { path, range: 'Orders' })).output).toMatchObject({
      range: 'A1:E4',
      count: 3,
    });
    expect((await bench.run('excel.read', { path, range: 'Area' })).output.rows).toEqual([
      { Name: 'Pen', Amount: 3 },
      { Name: 'Ink', Amount: 2 },
    ]);
    expect((await bench.run('excel.read', { path, range: 'B:B' })).output.rows).toEqual([
      { Amount: 3 },
      { Amount: 2 },
      { Amount: 1 },
    ]);
    expect((await bench.run('excel.read', { path, sheet: 'my sums', header: false, as: 'lists' })).output.rows).toEqual(
      [[22.5]],
    );
    expect(
      (await bench.run('excel.read', { path, range: 'D2', header: false, as: 'lists', formulas: true })).output.rows,
    ).toEqual([['=B2*$C2']]);
    expect((await bench.run('excel.read', { path, skipEmpty: false })).output.count).toBe(5);
  });

  test('says what is wrong with a sheet, a range, a size or a file', async () => {
    expect(await bench.fail('excel.read', { path, sheet: 'May' })).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('Data, My sums'),
    });
    expect(await bench.fail('excel.read', { path, range: 'Nothing' })).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('Orders, Rate, Area'),
    });
    expect(await bench.fail('excel.read', { path, range: 'A1:E4', maxRows: 2 })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { rows: 3, maxRows: 2 },
    });
    await writeFile(join(bench.folder, 'text.xlsx'), 'a;b');
    expect(await bench.fail('excel.read', { path: 'text.xlsx' })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

describe('changing a workbook', () => {
  test('keeps styles, formulas, rules, tables, macros and unknown parts', async () => {
    const before = await parts();
    await bench.run('excel.cell', { path, operation: 'write', values: { A2: 'Pencil', 'My sums!B3': 7, Rate: 2 } });
    const after = await parts();
    expect(after['xl/vbaProject.bin']).toBe(before['xl/vbaProject.bin']);
    const sheet = after['xl/worksheets/sheet1.xml'] ?? '';
    expect(sheet).toContain('<f>B2*$C2</f>');
    expect(sheet).toMatch(/<mergeCell ref="G1:H2"/);
    expect(sheet).toMatch(/<cfRule type="cellIs"[^>]*dxfId="0"/);
    expect(sheet).toMatch(/<dataValidation [^>]*sqref="H8"/);
    expect(sheet).toMatch(/<row r="1" ht="33"/);
    expect(sheet).toMatch(/<col min="1" max="1" width="30"/);
    expect(sheet).toMatch(/orientation="landscape"/);
    expect(after['xl/styles.xml']).toContain('#,##0.00&quot; kr&quot;');
    expect(after['xl/styles.xml']).toMatch(/<left style="thin">/);
    expect(after['xl/workbook.xml']).toContain('Data!$A$1:$B$3');
    expect(after['xl/tables/table1.xml']).toContain('ref="A1:E4"');
    expect(after['[Content_Types].xml']).toContain('macroEnabled');
    const { output } = await bench.run('excel.cell', { path, cell: 'My sums!B3' });
    expect(output).toEqual({ value: 7, formula: null, cells: ['My sums!B3'] });
    expect((await bench.run('excel.cell', { path, cell: 'Rate' })).output.value).toBe(2);
  });

  test('gives no result of a formula that may have become another, and says so', async () => {
    await bench.run('excel.cell', { path, operation: 'write', values: { B2: 100 } });
    bench.logs.length = 0;
    const { output } = await bench.run('excel.read', { path, range: 'A1:E4' });
    expect(output.rows[0]).toMatchObject({ Amount: 100, Total: null });
    expect(output.uncomputed).toBe(3);
    expect(bench.logs).toMatchObject([{ level: 'warn' }]);
    expect((await parts())['xl/workbook.xml']).toContain('fullCalcOnLoad="1"');
  });

  test('refuses to lose what it cannot keep, names it, and leaves the file as it was', async () => {
    const bytes = await richWorkbook({ columnFormula: true, protectedSheet: true });
    await writeFile(full, bytes);
    const error = await bench.fail('excel.cell', { path, operation: 'write', values: { A9: 1 } });
    expect(error).toMatchObject({ code: 'DATA_FORMAT' });
    expect(error.details['lost']).toEqual(
      expect.arrayContaining(['the formula of a table column', 'the password of a protected sheet']),
    );
    expect(await readFile(full)).toEqual(bytes);
    await bench.run('excel.cell', { path, operation: 'write', values: { A9: 1 }, acceptLoss: true });
    expect((await bench.run('excel.cell', { path, cell: 'A9' })).output.value).toBe(1);
  });

  test('does not write into a file that another changed while the step was in doubt', async () => {
    const params = { path, operation: 'write', values: { A9: 'once' } };
    bench.checkpoints.length = 0;
    await bench.run('excel.cell', params);
    const [kept] = bench.checkpoints;
    const written = await readFile(full);
    expect((await bench.run('excel.cell', params, { resumed: kept })).output.cells).toEqual(['Data!A9']);
    expect(await readFile(full)).toEqual(written);
    await bench.run('excel.cell', { path, operation: 'write', values: { B9: 'another' } });
    expect(await bench.fail('excel.cell', params, { resumed: kept })).toMatchObject({ code: 'STEP_IN_DOUBT' });
  });
});

describe('excel.append', () => {
  test('lets a table grow, with styles and formulas of the row above', async () => {
    const { output } = await bench.run('excel.append', {
      path,
      table: 'Orders',
      rows: [
        { Name: 'Nib', Amount: 4, Price: 2, Date: '2026-02-03' },
        { Name: 'Cap', Amount: 1, Price: 3 },
      ],
    });
    expect(output).toMatchObject({ sheet: 'Data', range: 'A5:E6', firstRow: 5, count: 2 });
    const after = await parts();
    expect(after['xl/tables/table1.xml']).toContain('ref="A1:E6"');
    const sheet = after['xl/worksheets/sheet1.xml'] ?? '';
    expect(sheet).toContain('<f>B5*$C5</f>');
    expect(sheet).toContain('<f>B6*$C6</f>');
    const style = /<c r="C4" s="(\d+)"/.exec(sheet)?.[1];
    expect(sheet).toContain(`<c r="C5" s="${style}"`);
    const { rows } = (await bench.run('excel.read', { path, range: 'Orders' })).output;
    expect(rows[3]).toMatchObject({ Name: 'Nib', Amount: 4, Price: 2, Total: null, Date: '2026-02-03' });
  });

  test('refuses a table that has no room and a column that is not there', async () => {
    await bench.run('excel.cell', { path, operation: 'write', values: { B5: 'in the way' } });
    expect(await bench.fail('excel.append', { path, table: 'Orders', rows: [{ Name: 'x' }] })).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('B5'),
    });
    expect(await bench.fail('excel.append', { path, rows: [{ Colour: 'red' }] })).toMatchObject({
      details: { unknown: ['Colour'] },
    });
  });

  test('adds below the last row of a sheet, and begins an empty one with a header', async () => {
    await bench.run('excel.sheets', { path, operation: 'add', newName: 'Log' });
    await bench.run('excel.append', { path, sheet: 'Log', rows: [{ at: '2026-01-01T10:00:00', what: 'start' }] });
    await bench.run('excel.append', { path, sheet: 'Log', rows: [['2026-01-01T11:30:00', 'end']] });
    const { rows } = (await bench.run('excel.read', { path, sheet: 'Log' })).output;
    expect(rows).toEqual([
      { at: '2026-01-01T10:00:00', what: 'start' },
      { at: '2026-01-01T11:30:00', what: 'end' },
    ]);
  });
});

describe('excel.write', () => {
  test('writes a new workbook whose parts are what a spreadsheet expects', async () => {
    const rows = [
      { item: 'Pen', price: 1.5, sold: '2026-01-31', note: '=1+1' },
      { item: 'Ink', price: -2, sold: null, note: '<&>' },
    ];
    const { output } = await bench.run('excel.write', {
      path: 'new.xlsx',
      sheet: 'Prices',
      rows,
      table: 'Prices',
      numberFormats: { price: '#,##0.00' },
      widths: { item: 30 },
      freezeHeader: true,
    });
    expect(output).toMatchObject({ range: 'A1:D3', count: 2, columns: ['item', 'price', 'sold', 'note'] });
    const made = await parts('new.xlsx');
    const sheet = made['xl/worksheets/sheet1.xml'] ?? '';
    expect(sheet).not.toContain('<f>');
    expect(sheet).toMatch(/<c r="C2" s="\d+"><v>46053<\/v>/);
    expect(sheet).toMatch(/width="30"/);
    expect(sheet).toMatch(/<pane ySplit="1"/);
    expect(made['xl/sharedStrings.xml']).toContain('&lt;&amp;&gt;');
    expect(made['xl/tables/table1.xml']).toContain('ref="A1:D3"');
    expect((await bench.run('excel.read', { path: 'new.xlsx', range: 'Prices' })).output.rows).toEqual([
      { ...rows[0] },
      { ...rows[1] },
    ]);
  });

  test('writes formulas only when asked to', async () => {
    await bench.run('excel.write', { path: 'formula.xlsx', rows: [{ a: 2, b: '=A2*2' }], formulas: true });
    expect((await parts('formula.xlsx'))['xl/worksheets/sheet1.xml']).toContain('<f>A2*2</f>');
  });

  test('replaces one sheet, writes over cells, or refuses, as told', async () => {
    await bench.run('excel.write', { path, sheet: 'My sums', rows: [{ a: 1 }] });
    expect((await bench.run('excel.read', { path, sheet: 'My sums' })).output.rows).toEqual([{ a: 1 }]);
    expect((await bench.run('excel.read', { path, range: 'Orders' })).output.count).toBe(3);
    await bench.run('excel.write', {
      path,
      sheet: 'Data',
      rows: [[9], [8]],
      startCell: 'B2',
      header: false,
      existing: 'overwriteCells',
    });
    expect(
      (await bench.run('excel.read', { path, range: 'A1:C4' })).output.rows.map(
        (row: { Amount: number }) => row.Amount,
      ),
    ).toEqual([9, 8, 1]);
    expect(await bench.fail('excel.write', { path, rows: [], existing: 'fail' })).toMatchObject({
      code: 'FILE_EXISTS',
    });
  });

  test('writes and reads 100,000 rows', { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 100_000 }, (_none, i) => ({
      id: i,
      name: `name ${i}`,
      price: i / 4,
      day: '2026-01-01',
      open: i % 2 === 0,
    }));
    await bench.run('excel.write', { path: 'large.xlsx', rows });
    const { output } = await bench.run('excel.read', { path: 'large.xlsx' });
    expect(output.count).toBe(100_000);
    expect(output.rows.at(-1)).toEqual({
      id: 99_999,
      name: 'name 99999',
      price: 24_999.75,
      day: '2026-01-01',
      open: false,
    });
  });
});

describe('excel.sheets, excel.format and excel.find', () => {
  test('lists, adds, copies, renames and deletes sheets, and formulas follow a new name', async () => {
    const { output } = await bench.run('excel.sheets', { path });
    expect(output.sheets[0]).toMatchObject({ name: 'Data', rows: 6, tables: [{ name: 'Orders', range: 'A1:E4' }] });
    expect(output.definedNames).toContainEqual({ name: 'Rate', range: 'Data!$C$2' });
    await bench.run('excel.sheets', { path, operation: 'copy', sheet: 'Data', newName: 'Copy' });
    await bench.run('excel.sheets', { path, operation: 'rename', sheet: 'Data', newName: 'All orders' });
    expect((await bench.run('excel.cell', { path, cell: 'My sums!A1' })).output.formula).toBe(
      "=SUM('All orders'!D2:D4)",
    );
    const listed = (await bench.run('excel.sheets', { path })).output;
    expect(listed.names).toEqual(['All orders', 'Copy', 'My sums']);
    expect(listed.sheets[1].tables).toEqual([{ name: 'Orders_2', range: 'A1:E4' }]);
    expect(listed.definedNames).toContainEqual({ name: 'Rate', range: "'All orders'!$C$2" });
    await bench.run('excel.sheets', { path, operation: 'delete', sheet: 'Copy' });
    expect(await bench.fail('excel.sheets', { path, operation: 'delete', sheet: 'All orders' })).toMatchObject({
      message: expect.stringContaining('My sums!A1'),
    });
    expect(await bench.fail('excel.sheets', { path, operation: 'add', newName: 'a/b' })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
    expect(await bench.fail('excel.sheets', { path, operation: 'add', newName: 'my SUMS' })).toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('formats a range and leaves the rest of each cell', async () => {
    const { output } = await bench.run('excel.format', {
      path,
      range: 'A2:E2',
      bold: 'yes',
      fill: '#DDEBF7',
      border: 'thin',
      columnWidth: 22,
    });
    expect(output).toMatchObject({ sheet: 'Data', range: 'A2:E2', cells: 5 });
    const after = await parts();
    expect(after['xl/styles.xml']).toMatch(/DDEBF7/);
    expect(after['xl/worksheets/sheet1.xml']).toMatch(/width="22"/);
    const { rows } = (await bench.run('excel.read', { path, range: 'A1:E4' })).output;
    expect(rows[0]).toMatchObject({ Name: 'Pen', Amount: 3, Date: '2026-01-02' });
    expect(after['xl/worksheets/sheet1.xml']).toContain('<f>B2*$C2</f>');
  });

  test('finds cells', async () => {
    expect((await bench.run('excel.find', { path, search: 'INK' })).output).toEqual({
      found: [{ sheet: 'Data', cell: 'A3', row: 3, column: 1, value: 'Ink' }],
      first: 'A3',
      count: 1,
    });
    expect((await bench.run('excel.find', { path, search: 'SUM(', inFormulas: true })).output.first).toBe('A1');
    expect((await bench.run('excel.find', { path, search: '22.5', match: 'equals' })).output.found).toMatchObject([
      { sheet: 'My sums' },
    ]);
  });
});

test('a protected workbook opens with its password only', async () => {
  const { writeXlsx } = await import('hucre/xlsx');
  await writeFile(
    join(bench.folder, 'secret.xlsx'),
    await writeXlsx({
      sheets: [{ name: 'S', rows: [['pin'], [1234]] }],
      encryption: { password: 'hunter2', spinCount: 1000 },
    }),
  );
  expect(await bench.fail('excel.read', { path: 'secret.xlsx' })).toMatchObject({ code: 'FILE_ACCESS' });
  expect(await bench.fail('excel.read', { path: 'secret.xlsx', password: 'wrong' })).toMatchObject({
    code: 'FILE_ACCESS',
  });
  expect((await bench.run('excel.read', { path: 'secret.xlsx', password: 'hunter2' })).output.rows).toEqual([
    { pin: 1234 },
  ]);
});
