import type { FleetTransport, HttpMethod, RequestOptions } from './fleet-transport.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export type Query = Record<string, string | number | boolean | null | undefined>;

/** `?a=1&b=2`; what is undefined, null or empty is left out. */
export function queryText(query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** How the calls of one area reach the orchestrator; `path` is below `/api/v1`. */
export interface Senders {
  send<Reply>(method: HttpMethod, path: string, options?: RequestOptions): Promise<Reply>;
  /** A POST that creates: sent twice it creates once. */
  create<Reply>(path: string, body: unknown): Promise<Reply>;
}

/** Replies are made by the orchestrator from the schemas of `shared` and are not checked twice. */
export function createSenders(transport: FleetTransport): Senders {
  const send = <Reply>(method: HttpMethod, path: string, options?: RequestOptions) =>
    // The one cast of this boundary.
    transport.request(method, `/api/v1${path}`, options) as Promise<Reply>;
  return {
    send,
    create: (path, body) => send('POST', path, { body, idempotencyKey: crypto.randomUUID() }),
  };
}

/** All items of a list, page after page. */
export async function allPages<T>(
  load: (query: Query) => Promise<Page<T>>,
  query: Query = {},
  most = 20_000,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await load({ ...query, limit: 500, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < most);
  return items;
}
