import type { JsonSchema } from './sample.ts';

export interface Operation {
  readonly method: string;
  /** With `{id}` for parameters. */
  readonly path: string;
  /** Names of the parameters in the path. */
  readonly params: readonly string[];
  readonly query: readonly { name: string; schema: JsonSchema }[];
  readonly body: JsonSchema | undefined;
  /** Needs a key or a token. */
  readonly isClosed: boolean;
  /** Schema of a success; absent where it answers nothing, or no JSON. */
  readonly reply: JsonSchema | undefined;
}

interface Described {
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { in: string; name: string; schema: JsonSchema }[];
  readonly requestBody?: { content: Record<string, { schema: JsonSchema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

/** Every operation the server says it has. */
export async function readOperations(url: string): Promise<Operation[]> {
  const api = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(method.toUpperCase(), path, described)),
  );
}

function toOperation(method: string, path: string, described: Described): Operation {
  const [, success] = Object.entries(described.responses).find(([status]) => status.startsWith('2')) ?? [];
  return {
    method,
    path,
    params: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string),
    query: (described.parameters ?? []).filter((parameter) => parameter.in === 'query'),
    body: described.requestBody?.content['application/json']?.schema,
    isClosed: (described.security ?? []).length > 0,
    reply: success?.content?.['application/json']?.schema,
  };
}

/** The path with its parameters filled in. */
export function fill(path: string, valueOf: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name).toWellFormed()));
}

/** The work for all items, a few at a time: more would only wait for connections to the database. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const loop = async () => {
    for (const [i, item] of left) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: 12 }, loop));
  return results;
}
