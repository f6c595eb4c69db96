import { AppError } from '@casare/shared';
import type { DocumentHooks } from '../documents/hooks.ts';
import { parsePages } from '../page-list.ts';
import { editPdf } from './edit-pdf.ts';
import type { PdfSource } from './open-pdf.ts';

export interface MergePart extends PdfSource {
  pages: string;
}

export async function mergePdfs({ parts }: { parts: MergePart[] }, { progress }: DocumentHooks) {
  const { PDFDocument } = await import('pdf-lib');
  const merged = await PDFDocument.create();
  for (const [i, part] of parts.entries()) {
    const source = await editPdf(part);
    const wanted = parsePages(part.pages, source.getPageCount()).map((page) => page - 1);
    for (const page of await merged.copyPages(source, wanted)) merged.addPage(page);
    progress((i + 1) / parts.length);
  }
  return { bytes: await merged.save(), pageCount: merged.getPageCount() };
}

export interface SplitInput extends PdfSource {
  /** One list of pages per new file; empty: `every` pages each. */
  groups: string[];
  every: number;
}

export async function splitPdf(input: SplitInput, { progress }: DocumentHooks) {
  const { PDFDocument } = await import('pdf-lib');
  const source = await editPdf(input);
  const count = source.getPageCount();
  const groups =
    input.groups.length > 0
      ? input.groups.map((group) => parsePages(group, count))
      : Array.from({ length: Math.ceil(count / input.every) }, (_none, i) =>
          Array.from({ length: Math.min(input.every, count - i * input.every) }, (_page, j) => i * input.every + j + 1),
        );
  if (groups.length > 10_000)
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `${input.what} would become ${groups.length} files. Put more pages into each.`,
    );
  const files: { bytes: Uint8Array; pages: number[] }[] = [];
  for (const [i, pages] of groups.entries()) {
    const made = await PDFDocument.create();
    for (const page of await made.copyPages(
      source,
      pages.map((number) => number - 1),
    ))
      made.addPage(page);
    files.push({ bytes: await made.save(), pages });
    progress((i + 1) / groups.length);
  }
  return { files, pageCount: count };
}
