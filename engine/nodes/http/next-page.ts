import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { HttpHead } from '../../resources/http.ts';
import { valueAt } from '../../web/value-at.ts';

export const positionSchema = z.object({
  /** Address of the page. */
  url: z.string(),
  /** Its page number or offset, where these are counted. */
  number: z.number(),
});
export type PagePosition = z.output<typeof positionSchema>;

interface Paging {
  by: 'link' | 'nextUrl' | 'cursor' | 'page' | 'offset';
  nextPath: string;
  parameter: string;
  first: number;
  size: number;
  sizeParameter: string;
}

interface ReadPage {
  answer: HttpHead;
  body: unknown;
  /** Items on it. */
  count: number;
}

export function firstPage(url: string, paging: Paging): PagePosition {
  const number = paging.by === 'page' ? paging.first : 0;
  return paging.by === 'page' || paging.by === 'offset'
    ? { url: numbered(url, number, paging), number }
    : { url, number };
}

/** Where the next page is; undefined after the last. */
export function nextPage(
  now: PagePosition,
  { answer, body, count }: ReadPage,
  url: string,
  paging: Paging,
): PagePosition | undefined {
  switch (paging.by) {
    case 'link':
      return at(nextLink(answer.headers['link'] ?? ''), answer.url);
    case 'nextUrl':
      return at(valueAt(body, paging.nextPath), answer.url);
    case 'cursor': {
      const cursor = valueAt(body, paging.nextPath);
      if ((typeof cursor !== 'string' && typeof cursor !== 'number') || cursor === '') return undefined;
      return { url: withParameter(url, paging.parameter || 'cursor', String(cursor)), number: 0 };
    }
    case 'page':
    case 'offset': {
      if (count === 0 || count < paging.size) return undefined;
      const number = now.number + (paging.by === 'page' ? 1 : count);
      return { url: numbered(url, number, paging), number };
    }
  }
}

function numbered(url: string, number: number, { by, parameter, size, sizeParameter }: Paging): string {
  const placed = withParameter(url, parameter || (by === 'page' ? 'page' : 'offset'), String(number));
  return sizeParameter === '' || size === 0 ? placed : withParameter(placed, sizeParameter, String(size));
}

function at(next: unknown, base: string): PagePosition | undefined {
  if (typeof next !== 'string' || next === '') return undefined;
  if (!URL.canParse(next, base))
    throw new AppError('DATA_FORMAT', `The next page "${next.slice(0, 100)}" is no address. Check how it is found.`);
  return { url: new URL(next, base).href, number: 0 };
}

function withParameter(url: string, name: string, value: string): string {
  if (!URL.canParse(url))
    throw new AppError(
      'HTTP_FAILED',
      `"${url.slice(0, 200)}" is no address. Write it in full, e.g. https://example.com/orders.`,
    );
  const placed = new URL(url);
  placed.searchParams.set(name, value);
  return placed.href;
}

/** The address with `rel="next"` in a Link header (RFC 8288). */
function nextLink(header: string): string | undefined {
  for (const [, address, parameters = ''] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s,;]+))*)/g,
  ))
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=$|[\s;]))/i.test(parameters)) return address;
  return undefined;
}
