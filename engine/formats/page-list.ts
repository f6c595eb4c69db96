import { AppError } from '@casare/shared';

/** `1-3, 7, 10-` as page numbers from 1, in the order they are written; an empty text means all. `-1` is the last page. */
export function parsePages(text: string, count: number): number[] {
  if (text.trim() === '') return Array.from({ length: count }, (_none, i) => i + 1);
  const pages = text.split(',').flatMap((part) => pagesOf(part.trim(), count, text));
  if (pages.length > 100_000) throw new AppError('PARAMS_INVALID', 'More than 100,000 pages are listed. List fewer.');
  return pages;
}

function pagesOf(part: string, count: number, text: string): number[] {
  const match = /^(\d{1,6})(-(\d{1,6})?)?$/.exec(part);
  const isLast = part === '-1';
  const from = isLast ? count : Number(match?.[1]);
  const to = isLast || match?.[2] === undefined ? from : match[3] === undefined ? count : Number(match[3]);
  if (!match && !isLast)
    throw new AppError('PARAMS_INVALID', `"${text.slice(0, 60)}" is no list of pages. Write it like 1-3, 7, 10-.`);
  if (from < 1 || to > count || to < from)
    throw new AppError(
      'PARAMS_INVALID',
      `There is no page ${part} in a document of ${count} ${count === 1 ? 'page' : 'pages'}. Correct the list of pages.`,
    );
  return Array.from({ length: to - from + 1 }, (_none, i) => from + i);
}
