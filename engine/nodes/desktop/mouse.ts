import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { DesktopPoint, MouseMove } from '../../resources/desktop.ts';
import {
  areaFields,
  effectField,
  imageFields,
  languageFields,
  severalField,
  textFields,
  timeoutField,
} from './fields.ts';
import { areaOf, findPlace, lookForImage, lookForText } from './find-place.ts';
import { bringToFront, namesWindow } from './find-window.ts';
import { middleOf, type Place } from './place.ts';

const pixels = z.number().min(-100_000).max(100_000).default(0);
const whenSeen = { at: ['image', 'text'] };
/** Programs see a drag only when the mouse is on its way for a while. */
const shortestDragMs = 150;

const { image, threshold } = imageFields;
const { text, similarity, matchCase } = textFields;

const params = z.strictObject({
  action: z
    .enum(['click', 'move', 'drag', 'scroll', 'press', 'release', 'position'])
    .default('click')
    .meta({ title: 'Action', description: 'Position only tells where the mouse is.' }),
  at: z
    .enum(['point', 'image', 'text', 'pointer'])
    .default('point')
    .meta({ title: 'At', description: 'A point, what looks like a picture, a text, or where the mouse is already.' }),
  x: pixels.meta({
    title: 'From the left',
    description: 'Of the window if one is named, or else of the screen; of the middle of a picture or text.',
    unit: 'px',
  }),
  y: pixels.meta({ title: 'From the top', unit: 'px' }),
  image: image.meta({ ...image.meta(), 'x-show-if': { at: ['image'] } }),
  text: text.meta({ ...text.meta(), 'x-show-if': { at: ['text'] } }),
  toX: pixels.meta({ title: 'Drag to, from the left', unit: 'px', 'x-show-if': { action: ['drag'] } }),
  toY: pixels.meta({ title: 'Drag to, from the top', unit: 'px', 'x-show-if': { action: ['drag'] } }),
  button: z
    .enum(['left', 'right', 'middle'])
    .default('left')
    .meta({ title: 'Button', 'x-show-if': { action: ['click', 'drag', 'press', 'release'] } }),
  clicks: z
    .int()
    .min(1)
    .max(3)
    .default(1)
    .meta({ title: 'Clicks', description: '2: a double click.', 'x-show-if': { action: ['click'] } }),
  direction: z
    .enum(['down', 'up', 'left', 'right'])
    .default('down')
    .meta({ title: 'Scroll', 'x-show-if': { action: ['scroll'] } }),
  amount: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .meta({ title: 'Notches of the wheel', 'x-show-if': { action: ['scroll'] } }),
  ...areaFields,
  modifiers: z
    .array(z.enum(['Control', 'Shift', 'Alt', 'Meta']))
    .max(4)
    .default([])
    .meta({ title: 'Held keys', 'x-advanced': true }),
  holdMs: z.int().min(0).max(60_000).default(0).meta({ title: 'Hold the button', unit: 'ms', 'x-advanced': true }),
  durationMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .meta({ title: 'Time on the way', description: '0: it jumps.', unit: 'ms', 'x-advanced': true }),
  easing: z
    .enum(['easeInOut', 'linear', 'easeIn', 'easeOut'])
    .default('easeInOut')
    .meta({ title: 'Pace on the way', 'x-advanced': true }),
  threshold: threshold.meta({ ...threshold.meta(), 'x-show-if': { at: ['image'] } }),
  similarity: similarity.meta({ ...similarity.meta(), 'x-show-if': { at: ['text'] } }),
  matchCase: matchCase.meta({ ...matchCase.meta(), 'x-show-if': { at: ['text'] } }),
  ...languageFields,
  match: severalField.match.meta({ ...severalField.match.meta(), 'x-show-if': whenSeen }),
  ...timeoutField,
  ...effectField,
});
type Params = z.output<typeof params>;

export const useMouse = defineNode({
  type: 'desktop.mouse',
  version: 1,
  title: 'Mouse on the desktop',
  category: 'desktop',
  icon: 'mouse-pointer-2',
  description:
    'Clicks, moves, drags or scrolls at a point of the screen or of a window, or where a picture or a text is to be seen.',
  synonyms: ['click', 'double click', 'right click', 'drag and drop', 'scroll', 'click image', 'click text', 'hover'],
  params,
  output: z.object({ x: z.int(), y: z.int(), score: z.number().nullable(), text: z.string().nullable() }),
  capabilities: ['desktop'],
  effect: 'once',
  effectOf: ({ action, effect }) => (action === 'move' || action === 'position' ? 'idempotent' : effect),
  examples: [
    { title: 'A button, by its text', params: { at: 'text', text: 'Save', window: 'Invoices' } },
    { title: 'An icon, by its picture', params: { at: 'image', image: 'icons/print.png' } },
    { title: 'A double click', params: { x: 200, y: 150, clicks: 2 } },
  ],
  async run(ctx, given) {
    const { action, at } = given;
    if (action === 'position') return told(await ctx.desktop.call('pointer', {}, ctx.signal));
    const { point, place, origin } = await placeOf(ctx, given);
    const way = { durationMs: given.durationMs, easing: given.easing };
    const go: MouseMove[] =
      at === 'pointer' && given.x === 0 && given.y === 0 ? [] : [{ kind: 'move', to: point, ...way }];
    const target = { x: origin.x + given.toX, y: origin.y + given.toY };
    const moves = [...go, ...handOf(given, target)];
    await ctx.desktop.call('mouse', { moves }, ctx.signal);
    return told(action === 'drag' ? target : point, place);
  },
});

const told = ({ x, y }: DesktopPoint, place?: Place) => ({
  output: { x: Math.round(x), y: Math.round(y), score: place?.score ?? null, text: place?.text || null },
});

/** What the hand does once the mouse is there. */
function handOf(given: Params, target: DesktopPoint): MouseMove[] {
  const { action, button, clicks, holdMs, direction, amount, modifiers, durationMs, easing } = given;
  const hold = modifiers.map((key): MouseMove => ({ kind: 'hold', key }));
  const letGo = modifiers.toReversed().map((key): MouseMove => ({ kind: 'letGo', key }));
  const press: MouseMove = { kind: 'press', button };
  const release: MouseMove = { kind: 'release', button };
  const wait: MouseMove[] = holdMs > 0 ? [{ kind: 'wait', ms: holdMs }] : [];
  switch (action) {
    case 'click':
      return [...hold, ...Array.from({ length: clicks }, () => [press, ...wait, release]).flat(), ...letGo];
    case 'drag': {
      const way: MouseMove = { kind: 'move', to: target, durationMs: Math.max(shortestDragMs, durationMs), easing };
      return [...hold, press, ...wait, way, release, ...letGo];
    }
    case 'scroll':
      return [...hold, { kind: 'scroll', direction, clicks: amount }, ...letGo];
    case 'press':
      return [press];
    case 'release':
      return [release];
    default:
      return [];
  }
}

/** Where to; `origin` is what points count from. */
async function placeOf(
  ctx: NodeContext,
  given: Params,
): Promise<{ point: DesktopPoint; origin: DesktopPoint; place?: Place }> {
  const { at, x, y, match, timeoutMs } = given;
  if (at === 'image' || at === 'text') {
    const wanted = given[at];
    if (wanted === '')
      throw new AppError('PARAMS_INVALID', `Say which ${at === 'image' ? 'picture' : 'text'} to look for.`);
    const area = await areaOf(ctx, given, timeoutMs);
    const look = at === 'image' ? await lookForImage(ctx, { ...given, limit: 50 }) : lookForText(ctx, given);
    const what = at === 'image' ? `The picture "${wanted}"` : `The text "${wanted}"`;
    const place = await findPlace(ctx, what, { area, match, timeoutMs }, look);
    const middle = middleOf(place);
    return { point: { x: middle.x + x, y: middle.y + y }, origin: { x: area?.x ?? 0, y: area?.y ?? 0 }, place };
  }
  const { bounds } = namesWindow(given) ? await bringToFront(ctx, given, timeoutMs) : { bounds: { x: 0, y: 0 } };
  if (at === 'pointer') {
    const pointer = await ctx.desktop.call('pointer', {}, ctx.signal);
    return { point: { x: pointer.x + x, y: pointer.y + y }, origin: bounds };
  }
  return { point: { x: bounds.x + x, y: bounds.y + y }, origin: bounds };
}
