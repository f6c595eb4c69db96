import { AppError, pageOf } from '@casare/shared';
import type { z } from 'zod';
import type { OrchestratorClient } from '../orchestrator-client.ts';

/** One of a list by its id or name; pages are read until it is found. */
export async function findByName<Item extends { id: string; name: string }>(
  client: OrchestratorClient,
  path: string,
  schema: z.ZodType<Item>,
  name: string,
  signal: AbortSignal,
): Promise<Item> {
  let cursor: string | undefined;
  do {
    const page = await client.call('GET', path, pageOf(schema), { query: { limit: 500, cursor }, signal });
    const found = page.items.find((item) => item.id === name || item.name === name);
    if (found) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  throw new AppError('NOT_FOUND', `There is nothing with the id or name "${name}" in ${path.slice(1)}.`);
}
