import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';
import type { DesktopWindow } from '../../resources/desktop.ts';
import type { WindowParams } from './fields.ts';
import { notFound, poll } from './poll.ts';

/** Titles that an error lists. */
const mostTitles = 20;

export function namesWindow({ window, windowClass, windowPid }: WindowParams): boolean {
  return window !== '' || windowClass !== '' || windowPid !== 0;
}

/** What fits, the uppermost first. */
export async function findWindows(ctx: NodeContext, params: WindowParams): Promise<DesktopWindow[]> {
  const all = await ctx.desktop.call('windows', {}, ctx.signal);
  const { window, windowMatch, windowClass, windowPid } = params;
  const others = all.filter(
    ({ className, pid }) => (windowClass === '' || className === windowClass) && (windowPid === 0 || pid === windowPid),
  );
  if (window === '') return others;
  if (windowMatch === 'exact') return others.filter(({ title }) => title === window);
  if (windowMatch === 'contains') {
    const part = window.toLowerCase();
    return others.filter(({ title }) => title.toLowerCase().includes(part));
  }
  const job = { operation: 'test', pattern: window, flags: 'u', texts: others.map(({ title }) => title) } as const;
  const fits = await ctx.sandbox.runPattern(job, ctx.signal);
  return others.filter((_, i) => fits[i]);
}

/** The one window that is meant, as soon as it is there. Nothing named: the active one. */
export async function findWindow(ctx: NodeContext, params: WindowParams, timeoutMs: number): Promise<DesktopWindow> {
  const isNamed = namesWindow(params);
  const found = await poll(ctx, timeoutMs, async () => {
    const fitting = await findWindows(ctx, params);
    const meant = isNamed ? fitting : fitting.filter(({ isActive }) => isActive);
    return meant.length > 0 ? meant : undefined;
  });
  const [first, ...others] = found ?? [];
  if (!first) throw await noWindow(ctx, params);
  if (others.length > 0 && params.severalWindows === 'fail')
    throw notFound(
      `${others.length + 1} windows fit ${nameOf(params)}: ${listed([first, ...others])}. Say more of the title, or take the uppermost.`,
      { titles: titlesOf([first, ...others]) },
    );
  return first;
}

/** Shown, in front of all others and with the keyboard. */
export async function bringToFront(ctx: NodeContext, params: WindowParams, timeoutMs: number): Promise<DesktopWindow> {
  const { id, title, ...window } = await findWindow(ctx, params, timeoutMs);
  if (window.isActive && window.state !== 'minimized') return { id, title, ...window };
  return changeWindow(ctx, { id, title }, 'activate', ({ isActive, state }) => isActive && state !== 'minimized');
}

/** Changes it and waits until that is to be seen. */
export async function changeWindow(
  ctx: NodeContext,
  { id, title }: { id: string; title: string },
  action: 'activate' | 'maximize' | 'minimize' | 'restore',
  isDone: (window: DesktopWindow) => boolean,
): Promise<DesktopWindow> {
  await ctx.desktop.call('changeWindow', { id, action }, ctx.signal);
  let before = '';
  const changed = await poll(ctx, 5000, async () => {
    const window = (await ctx.desktop.call('windows', {}, ctx.signal)).find((one) => one.id === id);
    if (!window || !isDone(window)) return undefined;
    // The new place may come a moment after the new state.
    const place = JSON.stringify(window.bounds);
    const isSettled = action === 'activate' || place === before;
    before = place;
    return isSettled ? window : undefined;
  });
  if (changed) return changed;
  throw new AppError(
    'DESKTOP_FAILED',
    `The window "${title}" did not ${action} within 5 s. It may show a question, or not allow it.`,
    { details: { title, action } },
  );
}

export function nameOf({ window, windowClass, windowPid }: WindowParams): string {
  const parts = [
    window === '' ? '' : `"${window}"`,
    windowClass === '' ? '' : `class "${windowClass}"`,
    windowPid === 0 ? '' : `process ${windowPid}`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'the active window';
}

async function noWindow(ctx: NodeContext, params: WindowParams): Promise<Error> {
  const all = await ctx.desktop.call('windows', {}, ctx.signal);
  const there = all.length === 0 ? 'No window is open.' : `Open are ${listed(all)}.`;
  return notFound(`There is no window for ${nameOf(params)}. ${there} Check the title, or wait longer.`, {
    titles: titlesOf(all),
  });
}

const titlesOf = (windows: readonly DesktopWindow[]) => windows.slice(0, mostTitles).map(({ title }) => title);
const listed = (windows: readonly DesktopWindow[]) =>
  titlesOf(windows)
    .map((title) => `"${title}"`)
    .join(', ');
