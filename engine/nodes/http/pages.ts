import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { valueAt } from '../../web/value-at.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields, retryOnField, withQuery } from './fields.ts';
import { firstPage, nextPage, type PagePosition, positionSchema } from './next-page.ts';
import { readBody } from './response.ts';
import { send } from './send.ts';

const show = (...by: string[]) => ({ 'x-show-if': { by } });

const params = z.strictObject({
  ...requestFields,
  by: z.enum(['link', 'nextUrl', 'cursor', 'page', 'offset']).default('link').meta({
    title: 'Next page by',
    description:
      'link: the Link header. nextUrl: an address in the answer. cursor: a mark in the answer. page and offset: counted here.',
  }),
  nextPath: z
    .string()
    .max(1000)
    .default('next')
    .meta({ title: 'Where the next stands', placeholder: 'paging.next', ...show('nextUrl', 'cursor') }),
  parameter: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Query parameter', placeholder: 'cursor, page or offset', ...show('cursor', 'page', 'offset') }),
  first: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(1)
    .meta({ title: 'First page', ...show('page') }),
  size: z
    .int()
    .min(0)
    .max(100_000)
    .default(100)
    .meta({
      title: 'Items a page',
      description: 'A shorter page is the last; 0: only an empty one.',
      ...show('page', 'offset'),
    }),
  sizeParameter: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Parameter of the size', placeholder: 'limit', ...show('page', 'offset') }),
  itemsPath: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Where the items stand', placeholder: 'data.items', description: 'Empty: the answer is the list.' }),
  maxPages: z.int().min(1).max(100_000).default(1000).meta({ title: 'At most', unit: 'pages' }),
  maxItems: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .meta({ title: 'At most', unit: 'items', 'x-advanced': true }),
  pauseMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .meta({ title: 'Pause between pages', unit: 'ms', 'x-advanced': true }),
  ...authFields,
  retryOn: retryOnField,
  ...limitFields,
});

const keptSchema = z.object({ position: positionSchema, items: z.array(z.unknown()), pages: z.int() });
/** Items are kept with the step so that a resumed run goes on with the next page, but not at every page: they grow. */
const keepEveryMs = 5000;

export const pages = defineNode({
  type: 'http.pages',
  version: 1,
  title: 'Read all pages',
  category: 'http',
  icon: 'book-open',
  description: 'Reads a list that an API gives page by page, and gives all its items.',
  synonyms: ['pagination', 'paginate', 'next page', 'cursor', 'offset', 'all results', 'api list'],
  params,
  output: z.object({
    items: z.array(z.unknown()),
    count: z.int(),
    pages: z.int(),
    /** False where a limit of the step ended it before the last page. */
    isComplete: z.boolean(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'By the Link header', params: { url: 'https://api.example.com/orders' } },
    {
      title: 'By a cursor',
      params: {
        url: 'https://api.example.com/orders',
        by: 'cursor',
        nextPath: 'meta.cursor',
        parameter: 'cursor',
        itemsPath: 'orders',
      },
    },
  ],
  async run(ctx, params) {
    const { itemsPath, maxItems, maxPages, pauseMs } = params;
    const url = withQuery(params.url, params.query);
    const kept = keptSchema.safeParse(ctx.resumed);
    const items: unknown[] = kept.success ? [...kept.data.items] : [];
    let read = kept.success ? kept.data.pages : 0;
    let position: PagePosition | undefined = kept.success ? kept.data.position : firstPage(url, params);
    const seen = new Set<string>();
    let keptAt = ctx.now();
    let isCut = false;
    while (position && read < maxPages && items.length < maxItems) {
      if (seen.has(position.url)) throw goesRound(position.url);
      seen.add(position.url);
      const answer = await askPage(ctx, params, position.url, url);
      const body = readBody(answer, 'json');
      const page = itemsPath === '' ? body : valueAt(body, itemsPath);
      if (!Array.isArray(page)) throw noList(itemsPath, answer.url);
      const fitting = page.slice(0, maxItems - items.length);
      for (const item of fitting) items.push(item);
      isCut ||= fitting.length < page.length;
      read += 1;
      position = nextPage(position, { answer, body, count: page.length }, url, params);
      ctx.progress(Math.min(0.99, read / maxPages), `${items.length} items on ${read} pages`);
      if (position && ctx.now() - keptAt >= keepEveryMs) {
        await ctx.checkpoint({ position, items, pages: read });
        keptAt = ctx.now();
      }
      if (position && pauseMs > 0) await ctx.sleep(pauseMs);
    }
    return { output: { items, count: items.length, pages: read, isComplete: position === undefined && !isCut } };
  },
});

async function askPage(ctx: NodeContext, params: Parameters, url: string, first: string) {
  const { auth, credentialHosts } = params;
  // The next address comes from the answer. It gets the credentials only where the author has named its host.
  if (auth !== 'none' && credentialHosts.length === 0 && new URL(url).origin !== new URL(first).origin)
    throw new AppError(
      'HTTP_FAILED',
      `The next page is at "${new URL(url).host}", another host than the first. Name it under "Credentials only for" if it may get them.`,
      { details: { host: new URL(url).host } },
    );
  const answer = await send(ctx, { method: 'GET', url, headers: params.headers, ...limitsOf(params) }, params);
  if (!isFine(answer.status, '2xx')) throw refusal(answer, answer.body, 'GET', { retryOn: params.retryOn });
  return answer;
}

type Parameters = z.output<typeof params>;

function goesRound(url: string): AppError {
  const { origin, pathname } = new URL(url);
  return new AppError(
    'DATA_FORMAT',
    `The server names a page of ${origin}${pathname} as the next that was read already. Check how the next page is found.`,
  );
}

function noList(path: string, url: string): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The answer of "${new URL(url).host}" has no list ${path === '' ? 'as its whole' : `at "${path}"`}. Check where the items stand.`,
    { details: { path } },
  );
}
