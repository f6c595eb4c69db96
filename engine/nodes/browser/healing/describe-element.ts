import type { RecordedTarget } from '@casare/shared';
import type { ElementHandle, Frame, Locator } from 'playwright-core';
import { firstExact } from './find-recorded.ts';
import { withHealer, withKit } from './in-page.ts';

/** Everything that is kept of an element of a live page: a selector that finds it alone, its frames, and what is seen of it. */
export async function describeElement(locator: Locator): Promise<RecordedTarget> {
  const element = (await locator.elementHandle()) as ElementHandle<Element> | null;
  const frame = await element?.ownerFrame();
  if (!element || !frame) throw new Error('The element is not part of a page any more.');
  try {
    const seen = await element.evaluate(withHealer((healer, found: Element) => healer.describe(found)));
    const frames = await framesOf(frame);
    const selector = await selectorOf(frame, element);
    return { selector, ...(frames.length > 0 ? { frames } : {}), seen };
  } finally {
    await element.dispose();
  }
}

async function selectorOf(frame: Frame, element: ElementHandle<Element>): Promise<string> {
  const selectors = await element.evaluate(
    withKit((kit, found: Element, _: undefined) => kit.selectorsOf(found)),
    undefined,
  );
  return (await firstExact(frame, selectors, element)) ?? selectors.at(-1) ?? '*';
}

/** Selectors of the frames around a page, outermost first. */
async function framesOf(frame: Frame): Promise<string[]> {
  const parent = frame.parentFrame();
  if (!parent) return [];
  const holder = (await frame.frameElement()) as ElementHandle<Element>;
  const own = await selectorOf(parent, holder);
  await holder.dispose();
  return [...(await framesOf(parent)), own];
}
