import { AppError } from '@casare/shared';
import { cellAddress, rangeAddress } from './address.ts';
import { checkSheetName, findSheet, usedEnd } from './cells.ts';
import {
  type EditedWorkbook,
  openWorkbook,
  readWorkbook,
  saveWorkbook,
  type Sheet,
  type WorkbookSource,
} from './workbook-file.ts';

export async function listSheets({ source }: { source: WorkbookSource }) {
  const workbook = await readWorkbook(source);
  const sheets = workbook.sheets.map((sheet) => {
    const { row, column } = usedEnd(sheet);
    return {
      name: sheet.name,
      rows: row + 1,
      columns: column + 1,
      isHidden: sheet.hidden === true || sheet.veryHidden === true,
      tables: (sheet.tables ?? []).map(({ name, range }) => ({ name, range: range ?? '' })),
      ...(row === -1 ? { range: '' } : { range: rangeAddress({ top: 0, left: 0, bottom: row, right: column }) }),
    };
  });
  const names = (workbook.namedRanges ?? []).map(({ name, range }) => ({ name, range }));
  return { sheets, names };
}

export interface ChangeSheetsInput {
  source: WorkbookSource;
  operation: 'add' | 'rename' | 'copy' | 'delete';
  sheet: string;
  newName: string;
  acceptLoss: boolean;
}

export async function changeSheets({ source, operation, sheet: name, newName, acceptLoss }: ChangeSheetsInput) {
  const workbook = await openWorkbook(source);
  const { what } = source;
  if (operation === 'add') {
    checkSheetName(workbook, newName);
    workbook.sheets.push({ name: newName, rows: [] });
  } else {
    const sheet = findSheet(workbook, name, what);
    if (operation === 'rename') rename(workbook, sheet, newName);
    else if (operation === 'copy') await copy(workbook, sheet, newName);
    else remove(workbook, sheet, what);
  }
  const saved = await saveWorkbook(workbook, source, { acceptLoss, changedSheets: operation !== 'rename' });
  return { ...saved, names: workbook.sheets.map((one) => one.name) };
}

function rename(workbook: EditedWorkbook, sheet: Sheet, newName: string): void {
  if (sheet.name.toLowerCase() !== newName.toLowerCase()) checkSheetName(workbook, newName);
  // A chart keeps the old name in a part of its own that nothing here rewrites.
  const hasCharts = workbook.sheets.some(
    ({ charts, pivotTables }) => (charts?.length ?? 0) + (pivotTables?.length ?? 0) > 0,
  );
  if (hasCharts)
    throw new AppError(
      'DATA_FORMAT',
      'The workbook has charts or pivot tables, which would lose the sheet when it is renamed here. Rename it in a spreadsheet program.',
    );
  const old = sheet.name;
  const renamed = (formula: string) => replaceSheet(formula, old, newName);
  for (const one of workbook.sheets) {
    for (const cell of one.cells?.values() ?? []) if (cell.formula !== undefined) cell.formula = renamed(cell.formula);
    for (const rule of one.dataValidations ?? []) {
      if (rule.formula1 !== undefined) rule.formula1 = renamed(rule.formula1);
      if (rule.formula2 !== undefined) rule.formula2 = renamed(rule.formula2);
    }
  }
  for (const named of workbook.namedRanges ?? []) {
    named.range = renamed(named.range);
    if (named.scope === old) named.scope = newName;
  }
  sheet.name = newName;
}

async function copy(workbook: EditedWorkbook, sheet: Sheet, newName: string): Promise<void> {
  const { cloneSheet } = await import('hucre');
  checkSheetName(workbook, newName);
  const copied = cloneSheet(sheet, newName);
  const taken = new Set(workbook.sheets.flatMap(({ tables }) => (tables ?? []).map(({ name }) => name.toLowerCase())));
  // Two tables of one name are a damaged workbook.
  for (const table of copied.tables ?? []) {
    const base = table.name;
    for (let n = 2; taken.has(table.name.toLowerCase()); n++) table.name = `${base}_${n}`;
    table.displayName = table.name;
    taken.add(table.name.toLowerCase());
  }
  workbook.sheets.splice(workbook.sheets.indexOf(sheet) + 1, 0, copied);
}

function remove(workbook: EditedWorkbook, sheet: Sheet, what: string): void {
  const visible = workbook.sheets.filter((one) => one.hidden !== true && one.veryHidden !== true && one !== sheet);
  if (visible.length === 0)
    throw new AppError(
      'DATA_FORMAT',
      `"${sheet.name}" is the last visible sheet of ${what}, which needs one. Add another first.`,
    );
  const user = findUser(workbook, sheet);
  if (user !== undefined)
    throw new AppError('DATA_FORMAT', `"${sheet.name}" is used by ${user}, which would break. Change that first.`);
  workbook.sheets.splice(workbook.sheets.indexOf(sheet), 1);
  workbook.namedRanges = workbook.namedRanges?.filter(({ scope }) => scope !== sheet.name);
}

/** The first formula or name of another sheet that speaks of it. */
function findUser(workbook: EditedWorkbook, sheet: Sheet): string | undefined {
  for (const one of workbook.sheets) {
    if (one === sheet) continue;
    for (const [key, { formula }] of one.cells ?? []) {
      const [row = 0, column = 0] = key.split(',').map(Number);
      if (formula !== undefined && mentions(formula, sheet.name))
        return `the formula in ${one.name}!${cellAddress(row, column)}`;
    }
  }
  const named = workbook.namedRanges?.find(({ range, scope }) => scope !== sheet.name && mentions(range, sheet.name));
  return named && `the name "${named.name}"`;
}

function mentions(formula: string, name: string): boolean {
  return replaceSheet(formula, name, `${name}?`) !== formula;
}

function replaceSheet(formula: string, old: string, newName: string): string {
  const quoted = `'${newName.replaceAll("'", "''")}'!`;
  const plain =
    /^[A-Za-z_][A-Za-z0-9_.]*$/.test(newName) && !/^[A-Za-z]{1,3}\d+$/.test(newName) ? `${newName}!` : quoted;
  return formula
    .split(/("(?:[^"]|"")*"|'(?:[^']|'')*'!)/)
    .map((part, i) => {
      if (i % 2 === 1) return part.toLowerCase() === `'${old.replaceAll("'", "''").toLowerCase()}'!` ? plain : part;
      return part.replaceAll(
        /(?<![A-Za-z0-9_.\]'])([A-Za-z_\u0080-\uffff][A-Za-z0-9_.\u0080-\uffff]*)!/g,
        (whole, found: string) => (found.toLowerCase() === old.toLowerCase() ? plain : whole),
      );
    })
    .join('');
}
