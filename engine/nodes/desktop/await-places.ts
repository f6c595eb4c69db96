import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { inOrder, type Look } from './find-place.ts';
import { middleOf, type Place } from './place.ts';
import { notFound, poll } from './poll.ts';

const found = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int(),
  height: z.int(),
  middle: z.object({ x: z.int(), y: z.int() }),
  score: z.number(),
  text: z.string(),
});

export const placesOutput = z.object({
  found: z.boolean(),
  place: found.nullable(),
  places: z.array(found),
  count: z.int(),
});

/** All places, as soon as there is one, or none any more; `now` looks once. */
export async function awaitPlaces(
  ctx: NodeContext,
  what: string,
  { until, timeoutMs }: { until: 'there' | 'gone' | 'now'; timeoutMs: number },
  look: () => Promise<Look>,
): Promise<z.output<typeof placesOutput>> {
  let seen: Look = { places: [], nearest: '' };
  const isDone = await poll(ctx, until === 'now' ? 0 : timeoutMs, async () => {
    seen = await look();
    return until === 'now' || seen.places.length > 0 === (until === 'there') ? true : undefined;
  });
  if (isDone) return told(seen.places);
  const seconds = timeoutMs / 1000;
  if (until === 'there')
    throw notFound(`${what} was not to be seen within ${seconds} s. ${seen.nearest}.`, { what, nearest: seen.nearest });
  throw new AppError(
    'NODE_TIMEOUT',
    `${what} was still to be seen after ${seconds} s. Wait longer, or look what holds it.`,
    {
      retryable: true,
      details: { what },
    },
  );
}

function told(places: readonly Place[]): z.output<typeof placesOutput> {
  const all = inOrder(places).map((place) => ({ ...place, middle: middleOf(place) }));
  return { found: all.length > 0, place: all[0] ?? null, places: all, count: all.length };
}
