import type { NodeContext } from '../../define-node.ts';
import type { DesktopArea, Picture } from '../../resources/desktop.ts';
import { loadFile } from './load-file.ts';
import type { AreaParams } from './fields.ts';
import { bringToFront, namesWindow } from './find-window.ts';
import { notFound, poll } from './poll.ts';
import { findPhrase } from './find-phrase.ts';
import type { Place } from './place.ts';

export interface Look {
  places: Place[];
  /** For the message when nothing was found. */
  nearest: string;
}

/** The part of the screen that is meant; a window is brought to the front first, since only what shows can be seen. */
export async function areaOf(
  ctx: NodeContext,
  params: AreaParams,
  timeoutMs: number,
): Promise<DesktopArea | undefined> {
  const { region } = params;
  if (!namesWindow(params)) return region;
  const { bounds } = await bringToFront(ctx, params, timeoutMs);
  return region ? { ...region, x: bounds.x + region.x, y: bounds.y + region.y } : bounds;
}

/** What cannot be seen because it lies off the screen is cut off; places count from the screen's corner. */
async function see(
  ctx: NodeContext,
  area: DesktopArea | undefined,
): Promise<{ picture: Picture; x: number; y: number }> {
  const picture = await ctx.desktop.call('capture', area ? { area } : {}, ctx.signal);
  return { picture, x: Math.max(0, Math.floor(area?.x ?? 0)), y: Math.max(0, Math.floor(area?.y ?? 0)) };
}

export async function lookForImage(
  ctx: NodeContext,
  { image, threshold, limit }: { image: string; threshold: number; limit: number },
): Promise<(area: DesktopArea | undefined) => Promise<Look>> {
  const template = await loadFile(ctx, image);
  return async (area) => {
    const { picture, x, y } = await see(ctx, area);
    const input = { screen: picture, ...template, threshold, limit };
    const { places, best } = await ctx.documents.run('findPicture', input, { signal: ctx.signal });
    return {
      places: places.map((place) => ({ ...place, x: x + place.x, y: y + place.y, text: '' })),
      nearest: `The best place was alike by ${best}`,
    };
  };
}

interface TextParams {
  text: string;
  similarity: number;
  matchCase: boolean;
  languages: string;
  scale: number;
}

export async function readScreen(
  ctx: NodeContext,
  area: DesktopArea | undefined,
  {
    languages,
    scale,
    layout = 'sparse',
  }: Pick<TextParams, 'languages' | 'scale'> & { layout?: 'auto' | 'block' | 'line' | 'word' | 'sparse' },
) {
  const { picture, x, y } = await see(ctx, area);
  const input = { source: picture, languages, layout, scale, characters: '' };
  const page = await ctx.documents.run('readPictureText', input, { signal: ctx.signal });
  return { ...page, words: page.words.map((word) => ({ ...word, x: x + word.x, y: y + word.y })) };
}

export function lookForText(ctx: NodeContext, params: TextParams): (area: DesktopArea | undefined) => Promise<Look> {
  return async (area) => {
    const page = await readScreen(ctx, area, params);
    const places = findPhrase(page.words, params.text, params);
    const read = page.text.replace(/\s+/g, ' ').slice(0, 300);
    return { places, nearest: `Read was: ${read === '' ? 'nothing' : read}` };
  };
}

/** The one place that is meant, as soon as it is there. */
export async function findPlace(
  ctx: NodeContext,
  what: string,
  { area, match, timeoutMs }: { area: DesktopArea | undefined; match: 'one' | 'first' | 'last'; timeoutMs: number },
  look: (area: DesktopArea | undefined) => Promise<Look>,
): Promise<Place> {
  let nearest = '';
  const places = await poll(ctx, timeoutMs, async () => {
    const seen = await look(area);
    nearest = seen.nearest;
    return seen.places.length > 0 ? seen.places : undefined;
  });
  const sorted = inOrder(places ?? []);
  const [first] = sorted;
  if (!first) throw notFound(`${what} was not to be seen within ${timeoutMs / 1000} s. ${nearest}.`, { what, nearest });
  if (match === 'one' && sorted.length > 1)
    throw notFound(
      `${what} is to be seen ${sorted.length} times. Say where (a window, a part), or choose the first or the last.`,
      { what, places: sorted.slice(0, 20) },
    );
  return match === 'last' ? (sorted.at(-1) as Place) : first;
}

/** From top to bottom, and in what is about one line from left to right. */
export function inOrder(places: readonly Place[]): Place[] {
  return places.toSorted((a, b) => (Math.abs(a.y - b.y) < Math.min(a.height, b.height) / 2 ? a.x - b.x : a.y - b.y));
}
