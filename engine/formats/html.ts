import { AppError } from '@casare/shared';
import type { Cheerio, CheerioAPI } from 'cheerio';
import { nameColumns, toRecords } from './column-names.ts';

type AnyNode = ReturnType<ReturnType<CheerioAPI['root']>['contents']> extends Cheerio<infer Node> ? Node : never;

export interface ExtractHtmlInput {
  html: string;
  selector: string;
  what: 'text' | 'html' | 'attribute' | 'table' | 'fields' | 'links';
  attribute: string;
  /** Name of a field and where it stands in each element: `.price`, `a@href`. */
  fields: Record<string, string>;
  header: boolean;
  limit: number;
}

export async function extractHtml(input: ExtractHtmlInput) {
  const { load } = await import('cheerio');
  const page = load(input.html);
  const found = select(page, input.selector).slice(0, input.limit).toArray();
  const items: unknown[] = found.flatMap((element) => readElement(page, element, input));
  return { items, count: found.length, first: items[0] ?? null };
}

function select(page: CheerioAPI, selector: string): Cheerio<AnyNode> {
  try {
    return page(selector) as Cheerio<AnyNode>;
  } catch (error) {
    throw new AppError(
      'PARAMS_INVALID',
      `The selector "${selector.slice(0, 100)}" cannot be read: ${(error as Error).message.slice(0, 200)}. Correct it.`,
      {
        cause: error,
      },
    );
  }
}

function readElement(page: CheerioAPI, element: AnyNode, input: ExtractHtmlInput): unknown[] {
  switch (input.what) {
    case 'text':
      return [plainText(page, element)];
    case 'html':
      return [page(element).html() ?? ''];
    case 'attribute':
      return [page(element).attr(input.attribute) ?? null];
    case 'links':
      return page(element)
        .find('a[href]')
        .addBack('a[href]')
        .toArray()
        .map((link) => ({ text: plainText(page, link), href: page(link).attr('href') ?? '' }));
    case 'fields':
      return [
        Object.fromEntries(
          Object.entries(input.fields).map(([name, where]) => [name, readField(page, element, where)]),
        ),
      ];
    case 'table':
      return [readTable(page, element, input.header)];
  }
}

function readField(page: CheerioAPI, element: AnyNode, where: string): string | null {
  const [, selector = '', attribute] = /^(.*?)(?:@([A-Za-z_][\w:-]*))?$/s.exec(where) ?? [];
  const target = selector.trim() === '' ? page(element) : page(element).find(selector.trim()).first();
  if (target.length === 0) return null;
  return attribute === undefined ? plainText(page, target.get(0) as AnyNode) : (target.attr(attribute) ?? null);
}

/** Cells that span are given in every row and column they cover. */
function readTable(page: CheerioAPI, element: AnyNode, header: boolean) {
  const own = page(element).is('table') ? page(element) : page(element).find('table').first();
  const grid: string[][] = [];
  const rows = own
    .find('tr')
    .toArray()
    .filter((row) => page(row).closest('table').get(0) === own.get(0));
  for (const [r, row] of rows.entries()) {
    let column = 0;
    for (const cell of page(row).children('td,th').toArray()) {
      while (grid[r]?.[column] !== undefined) column++;
      const text = plainText(page, cell);
      const wide = spanOf(page, cell, 'colspan', 1000);
      const high = Math.min(spanOf(page, cell, 'rowspan', 1000), rows.length - r);
      for (let dr = 0; dr < high; dr++) for (let dc = 0; dc < wide; dc++) (grid[r + dr] ??= [])[column + dc] = text;
      column += wide;
    }
  }
  const width = Math.max(0, ...grid.map((line) => line.length));
  const lists = grid.map((line) => Array.from({ length: width }, (_none, i) => line[i] ?? ''));
  const columns = nameColumns(header ? (lists[0] ?? []) : [], width);
  return { columns, rows: toRecords(columns, header ? lists.slice(1) : lists) };
}

function spanOf(page: CheerioAPI, cell: AnyNode, name: string, most: number): number {
  const span = Number(page(cell).attr(name));
  return Number.isInteger(span) && span > 0 ? Math.min(span, most) : 1;
}

const blocks = new Set(
  'address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
);
const unseen = new Set(['script', 'style', 'noscript', 'template', 'head', 'title', 'svg']);

export async function htmlToText({ html, links }: { html: string; links: boolean }): Promise<{ text: string }> {
  const { load } = await import('cheerio');
  const page = load(html);
  return {
    text: page
      .root()
      .toArray()
      .map((root) => blockText(page, root, links))
      .join(''),
  };
}

function plainText(page: CheerioAPI, element: AnyNode): string {
  return blockText(page, element, false).replaceAll(/\s+/g, ' ').trim();
}

/** The text as it is read: blocks on lines of their own, list items with a dash, cells apart. */
function blockText(page: CheerioAPI, root: AnyNode, links: boolean): string {
  const parts: string[] = [];
  const walk = (node: AnyNode, isPre: boolean): void => {
    if (node.type === 'text') {
      parts.push(isPre ? node.data : node.data.replaceAll(/\s+/g, ' '));
      return;
    }
    const name = node.type === 'tag' || node.type === 'script' || node.type === 'style' ? node.name.toLowerCase() : '';
    if (unseen.has(name) || !('children' in node)) return;
    const isBlock = blocks.has(name);
    if (isBlock || name === 'br') parts.push('\n');
    if (name === 'li') parts.push('- ');
    for (const child of node.children) walk(child, isPre || name === 'pre');
    const href = links && name === 'a' ? page(node).attr('href') : undefined;
    if (href !== undefined && href !== '') parts.push(` (${href})`);
    if (name === 'td' || name === 'th') parts.push('\t');
    if (isBlock) parts.push('\n');
    if (/^(p|h[1-6]|table|ul|ol|blockquote)$/.test(name)) parts.push('\n');
  };
  walk(root, false);
  return parts
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
