import type { Locator, Page } from 'playwright-core';
import { findRecorded, type Healing } from './healing/find-recorded.ts';
import { enterFrames, frameOf, placeOf } from './scope.ts';
import type { Target } from './target.ts';
import { withinTime } from './time-limit.ts';

export interface ElementParams {
  target: Target;
  frame?: string | readonly string[] | undefined;
  match?: 'one' | 'first' | 'last' | undefined;
  highlight?: boolean | undefined;
}

interface Wait {
  timeout: number;
  signal: AbortSignal;
}

/** Everything the selector of a target finds. */
export async function findAll(page: Page, params: ElementParams, wait: Wait): Promise<Locator> {
  const place = placeOf(params.target, params.frame);
  return (await enterFrames(page, place.frames, wait)).locator(place.selector);
}

/** The one element of a target; a recorded one is also found by its other marks, which `onHealed` is told. */
export async function findOne(
  page: Page,
  params: ElementParams,
  wait: Wait,
  onHealed: (healing: Healing) => void,
): Promise<Locator> {
  const { target, match = 'one' } = params;
  const place = placeOf(target, params.frame);
  const scope = await enterFrames(page, place.frames, wait);
  let found = scope.locator(place.selector);
  if (match !== 'one') found = match === 'first' ? found.first() : found.last();
  else if (typeof target !== 'string' && target.seen) {
    const frame = await frameOf(scope, wait);
    const looking = findRecorded(frame, { ...target, seen: target.seen }, wait);
    // It ends by itself, but not where the page hangs and answers nothing.
    const healed = await withinTime(looking, wait.timeout + GRACE_MS, 'Looking for the element');
    found = healed.locator;
    if (healed.healing) onHealed(healed.healing);
  }
  if (params.highlight) await showElement(found, HIGHLIGHT_MS, wait);
  return found;
}

const HIGHLIGHT_MS = 400;
const GRACE_MS = 3000;

/** Draws a frame round an element for a moment; nothing of the page itself is changed. */
export async function showElement(element: Locator, ms: number, wait: Wait): Promise<void> {
  await element.scrollIntoViewIfNeeded(wait);
  await element.evaluate(drawFrame, ms, wait);
}

/** Runs in the page. */
async function drawFrame(element: Element, ms: number): Promise<void> {
  const { x, y, width, height } = element.getBoundingClientRect();
  const frame = document.createElement('div');
  frame.setAttribute('data-casare-highlight', '');
  frame.style.cssText = `position:fixed;z-index:2147483647;pointer-events:none;box-sizing:border-box;border:3px solid #e11d48;border-radius:4px;left:${x - 4}px;top:${y - 4}px;width:${width + 8}px;height:${height + 8}px`;
  document.documentElement.append(frame);
  await new Promise((resolve) => setTimeout(resolve, ms));
  frame.remove();
}
