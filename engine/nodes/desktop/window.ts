import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { DesktopArea, DesktopWindow } from '../../resources/desktop.ts';
import { areaSchema, timeoutField, windowFields } from './fields.ts';
import { changeWindow, findWindow, findWindows, nameOf, namesWindow } from './find-window.ts';
import { poll } from './poll.ts';

const place = (title: string) => z.int().min(-100_000).max(100_000).default(0).meta({ title, unit: 'px' });
const size = (title: string) => z.int().min(1).max(100_000).meta({ title, unit: 'px' });

const changeWindowParams = z.strictObject({
  action: z
    .enum(['activate', 'move', 'resize', 'maximize', 'minimize', 'restore', 'close', 'waitUntilThere', 'waitUntilGone'])
    .default('activate')
    .meta({ title: 'Action' }),
  ...windowFields,
  x: place('From the left').meta({ title: 'From the left', unit: 'px', 'x-show-if': { action: ['move'] } }),
  y: place('From the top').meta({ title: 'From the top', unit: 'px', 'x-show-if': { action: ['move'] } }),
  width: size('Width')
    .default(1024)
    .meta({ title: 'Width', unit: 'px', 'x-show-if': { action: ['resize'] } }),
  height: size('Height')
    .default(768)
    .meta({ title: 'Height', unit: 'px', 'x-show-if': { action: ['resize'] } }),
  ...timeoutField,
});

export const changeWindowNode = defineNode({
  type: 'desktop.window',
  version: 1,
  title: 'Change window',
  category: 'desktop',
  icon: 'maximize',
  description:
    'Brings a window to the front, moves, resizes, maximises, minimises, restores or closes it, or waits until it is there or gone.',
  synonyms: ['activate window', 'focus', 'maximize', 'minimize', 'close application', 'wait for window'],
  params: changeWindowParams,
  output: z.object({
    title: z.string(),
    pid: z.int().nullable(),
    bounds: areaSchema.nullable(),
    state: z.enum(['normal', 'maximized', 'minimized', 'fullscreen', 'unknown', 'gone']),
  }),
  capabilities: ['desktop'],
  effect: 'ask',
  // A window that is closed twice may be another one with the same title.
  effectOf: ({ action }) => (action === 'close' ? 'ask' : 'idempotent'),
  examples: [
    { title: 'To the front', params: { action: 'activate', window: 'Invoices' } },
    { title: 'Wait for a message', params: { action: 'waitUntilThere', window: 'Saved', timeoutMs: 60_000 } },
  ],
  async run(ctx, params) {
    const { action, timeoutMs, x, y, width, height } = params;
    if (action === 'waitUntilGone') return waitUntilGone(ctx, params, timeoutMs);
    const window = await findWindow(ctx, params, timeoutMs);
    switch (action) {
      case 'waitUntilThere':
        return described(window);
      case 'close':
        return close(ctx, window, timeoutMs);
      case 'move':
        return described(await arrange(ctx, window, { action: 'move', x, y }));
      case 'resize':
        return described(await arrange(ctx, window, { action: 'resize', width, height }));
      case 'activate':
        return described(await changeWindow(ctx, window, action, ({ isActive }) => isActive));
      default: {
        const wanted = { maximize: 'maximized', minimize: 'minimized', restore: 'normal' }[action];
        const isDone = ({ state }: DesktopWindow) => state === wanted || state === 'unknown';
        return described(await changeWindow(ctx, window, action, isDone));
      }
    }
  },
});

function described({ title, pid, bounds, state }: DesktopWindow) {
  return { output: { title, pid, bounds, state } };
}

async function waitUntilGone(ctx: NodeContext, params: z.output<typeof changeWindowParams>, timeoutMs: number) {
  if (!namesWindow(params))
    throw new AppError('PARAMS_INVALID', 'Say which window is to be waited for: its title, class or process.');
  const isGone = await poll(ctx, timeoutMs, async () =>
    (await findWindows(ctx, params)).length === 0 ? true : undefined,
  );
  if (isGone) return { output: { title: params.window, pid: null, bounds: null, state: 'gone' as const } };
  throw new AppError(
    'NODE_TIMEOUT',
    `The window for ${nameOf(params)} was still there after ${timeoutMs / 1000} s. Close it, or wait longer.`,
    { retryable: true },
  );
}

async function close(ctx: NodeContext, { id, title, pid }: DesktopWindow, timeoutMs: number) {
  await ctx.desktop.call('changeWindow', { id, action: 'close' }, ctx.signal);
  const isGone = await poll(ctx, timeoutMs, async () => {
    const all = await ctx.desktop.call('windows', {}, ctx.signal);
    return all.every((one) => one.id !== id) ? true : undefined;
  });
  if (isGone) return { output: { title, pid, bounds: null, state: 'gone' as const } };
  throw new AppError(
    'DESKTOP_FAILED',
    `The window "${title}" did not close within ${timeoutMs / 1000} s. It may ask whether to save: answer that first.`,
    { details: { title } },
  );
}

/** Windows may refuse a size (a terminal has whole letters), so what came of it is told and no failure. */
async function arrange(
  ctx: NodeContext,
  { id, bounds: before }: DesktopWindow,
  change: { action: 'move' | 'resize' } & Partial<DesktopArea>,
): Promise<DesktopWindow> {
  await ctx.desktop.call('changeWindow', { id, ...change }, ctx.signal);
  const find = async () => (await ctx.desktop.call('windows', {}, ctx.signal)).find((one) => one.id === id);
  const wanted = change.action === 'move' ? (['x', 'y'] as const) : (['width', 'height'] as const);
  const isThere = ({ bounds }: DesktopWindow) => wanted.every((name) => bounds[name] === change[name]);
  if (wanted.every((name) => before[name] === change[name])) return (await find()) as DesktopWindow;
  let last: DesktopWindow | undefined;
  const arranged = await poll(ctx, 1000, async () => {
    last = await find();
    return last && isThere(last) ? last : undefined;
  });
  const result = arranged ?? last;
  if (result) return result;
  throw new AppError('DESKTOP_FAILED', 'The window was closed while it was arranged. Open it again.');
}
