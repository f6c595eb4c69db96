import type { NodeDefinition } from '../../define-node.ts';
import { excelAppend } from './excel-append.ts';
import { excelCell } from './excel-cell.ts';
import { excelFind } from './excel-find.ts';
import { excelFormat } from './excel-format.ts';
import { excelRead } from './excel-read.ts';
import { excelSheets } from './excel-sheets.ts';
import { excelWrite } from './excel-write.ts';
import { imageChange } from './image-change.ts';
import { imageCompare } from './image-compare.ts';
import { imageInfo } from './image-info.ts';
import { pdfCreate } from './pdf-create.ts';
import { pdfFill } from './pdf-fill.ts';
import { pdfInfo } from './pdf-info.ts';
import { pdfMerge } from './pdf-merge.ts';
import { pdfSplit } from './pdf-split.ts';
import { pdfStamp } from './pdf-stamp.ts';
import { pdfTables } from './pdf-tables.ts';
import { pdfText } from './pdf-text.ts';
import { pdfToImages } from './pdf-to-images.ts';

export const documentNodes: readonly NodeDefinition[] = [
  excelRead,
  excelWrite,
  excelAppend,
  excelCell,
  excelSheets,
  excelFormat,
  excelFind,
  pdfText,
  pdfTables,
  pdfInfo,
  pdfMerge,
  pdfSplit,
  pdfFill,
  pdfToImages,
  pdfCreate,
  pdfStamp,
  imageChange,
  imageInfo,
  imageCompare,
];
