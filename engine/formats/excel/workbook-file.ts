import { AppError } from '@casare/shared';
import type { ReadOptions, RoundtripWorkbook, Sheet, Workbook } from 'hucre/xlsx';
import { checkArchive, workbookLimits } from '../archive/check-archive.ts';
import { openArchive } from '../archive/open-archive.ts';
import { findLosses } from './losses.ts';

// The one place that knows the library: another one would only have to change this file and the cells it hands out.

export type { RoundtripWorkbook as EditedWorkbook, Sheet, Workbook } from 'hucre/xlsx';

export interface WorkbookSource {
  bytes: Uint8Array;
  /** Begins the sentence of an error: the path in quotation marks. */
  what: string;
  password?: string;
}

/** A workbook for reading. */
export async function readWorkbook(source: WorkbookSource, options: ReadOptions = {}): Promise<Workbook> {
  const { readXlsx } = await import('hucre/xlsx');
  return await load(source, (bytes, password) => readXlsx(bytes, { ...options, ...password }));
}

/** A workbook whose every part is kept, to be changed and saved. */
export async function openWorkbook(source: WorkbookSource): Promise<RoundtripWorkbook> {
  const { openXlsx } = await import('hucre/xlsx');
  return await load(source, (bytes, password) => openXlsx(bytes, { readStyles: true, ...password }));
}

/**
 * The bytes of a changed workbook. What the file had and the saved one has not any more is an error that names it, unless the author
 * accepts that: nobody loses the work of somebody else without knowing.
 */
export async function saveWorkbook(
  workbook: RoundtripWorkbook,
  { bytes, what, password }: WorkbookSource,
  options: { acceptLoss: boolean; changedSheets?: boolean },
): Promise<{ bytes: Uint8Array; lost: string[] }> {
  const { saveXlsx } = await import('hucre/xlsx');
  for (const sheet of workbook.sheets) dropResults(sheet);
  const saved = await saveXlsx(workbook).catch((error: unknown) => {
    throw libraryFault(error, what);
  });
  const lost = password === undefined ? await findLosses(bytes, saved, what, options.changedSheets === true) : [];
  if (lost.length > 0 && !options.acceptLoss) {
    throw new AppError(
      'DATA_FORMAT',
      `${what} has something that saving it here would lose: ${lost.slice(0, 10).join('; ')}. Nothing was written. Switch on "Save although something is lost", or write into another workbook.`,
      { details: { lost: lost.slice(0, 100) } },
    );
  }
  if (password === undefined) return { bytes: saved, lost };
  return { bytes: await saveXlsx(workbook, { encryption: { password } }), lost };
}

/** After a change no result is certain any more: better none than the one of before. Spreadsheets compute all when they open the file. */
function dropResults({ cells }: Sheet): void {
  for (const cell of cells?.values() ?? []) if (cell.formula !== undefined) delete cell.formulaResult;
}

async function load<Loaded>(
  { bytes, what, password }: WorkbookSource,
  read: (bytes: Uint8Array, password: { password?: string }) => Promise<Loaded>,
): Promise<Loaded> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const isCompound = bytes[0] === 0xd0 && bytes[1] === 0xcf;
  if (!isZip && !isCompound)
    throw new AppError(
      'DATA_FORMAT',
      `${what} is no Excel workbook (.xlsx, .xlsm). Check the file, or save it as .xlsx.`,
    );
  if (isZip) {
    const archive = await openArchive(bytes, what);
    checkArchive(await archive.entries(), archive.size, what, workbookLimits);
  }
  try {
    return await read(bytes, password === undefined ? {} : { password });
  } catch (error) {
    throw libraryFault(error, what);
  }
}

function libraryFault(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const { name, message } = error as Error;
  if (name === 'EncryptedFileError')
    return new AppError('FILE_ACCESS', `${what} is protected by a password. Give it under "Password".`, {
      cause: error,
    });
  if (name === 'DecryptionError')
    return new AppError('FILE_ACCESS', `The password of ${what} is wrong. Correct it.`, { cause: error });
  return new AppError(
    'DATA_FORMAT',
    `${what} cannot be read as a workbook: ${message.slice(0, 300)}. Open it in a spreadsheet program and save it anew as .xlsx.`,
    { cause: error },
  );
}
