import { appendExcel } from '../excel/append.ts';
import { readCell, writeCells } from '../excel/cell.ts';
import { findInExcel } from '../excel/find.ts';
import { formatExcel } from '../excel/format.ts';
import { readExcel } from '../excel/read.ts';
import { changeSheets, listSheets } from '../excel/sheets.ts';
import { writeExcel } from '../excel/write.ts';
import { extractHtml, htmlToText } from '../html.ts';
import { changeImage } from '../image/change.ts';
import { compareImages } from '../image/compare.ts';
import { describeImage } from '../image/describe.ts';
import { encodePicture } from '../image/encode.ts';
import { findPicture } from '../image/find.ts';
import { readPictureText } from '../image/read-text.ts';
import { mergePdfs, splitPdf } from '../pdf/arrange.ts';
import { fillPdf } from '../pdf/fill.ts';
import { readPdfInfo } from '../pdf/info.ts';
import { makePdf } from '../pdf/make.ts';
import { renderPdf } from '../pdf/page-images.ts';
import { stampPdf } from '../pdf/stamp.ts';
import { readPdfTables } from '../pdf/tables.ts';
import { readPdfText } from '../pdf/text.ts';
import { parseXmlText } from '../xml.ts';
import { queryXml } from '../xml-query.ts';
import { parseYaml } from '../yaml.ts';
import type { DocumentHooks } from './hooks.ts';

/** All that the threads for documents can do. Whatever is in here loads its library when it is called. */
export const documentOperations = {
  readExcel,
  writeExcel,
  appendExcel,
  readCell,
  writeCells,
  listSheets,
  changeSheets,
  formatExcel,
  findInExcel,
  readPdfText,
  readPdfTables,
  readPdfInfo,
  mergePdfs,
  splitPdf,
  fillPdf,
  renderPdf,
  makePdf,
  stampPdf,
  changeImage,
  describeImage,
  compareImages,
  encodePicture,
  findPicture,
  readPictureText,
  parseXmlText,
  queryXml,
  parseYaml,
  extractHtml,
  htmlToText,
} satisfies Record<string, (input: never, hooks: DocumentHooks) => Promise<object>>;

export type DocumentOperation = keyof typeof documentOperations;
export type DocumentInput<Operation extends DocumentOperation> = Parameters<(typeof documentOperations)[Operation]>[0];
export type DocumentOutput<Operation extends DocumentOperation> = Awaited<
  ReturnType<(typeof documentOperations)[Operation]>
>;
