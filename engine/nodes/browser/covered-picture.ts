import { withinTime } from './time-limit.ts';
import type { Frame, Locator, Page, PageScreenshotOptions } from 'playwright-core';

const FIELDS = 'input, textarea, [contenteditable=""], [contenteditable="true"]';

/**
 * Fields whose content must not be seen on a picture: passwords, codes and card numbers, and whatever holds a secret of the run. Asked
 * anew for each picture, so that a field is covered however the secret came into it.
 */
export async function secretFields(
  page: Page,
  holdsSecret: (text: string) => boolean,
  timeoutMs: number,
): Promise<Locator[]> {
  const looking = page.frames().map(async (frame) => {
    try {
      return await inFrame(frame, holdsSecret);
    } catch (error) {
      // A frame that has gone is on no picture. Anything else may hide a field, and then there is no picture.
      if (frame.isDetached()) return [];
      throw error;
    }
  });
  return (await withinTime(Promise.all(looking), timeoutMs, 'Looking for what must not be seen')).flat();
}

async function inFrame(frame: Frame, holdsSecret: (text: string) => boolean): Promise<Locator[]> {
  const fields = frame.locator(FIELDS);
  const contents = await fields.evaluateAll((elements) =>
    elements.map((element) => {
      const kind = `${element.getAttribute('type') ?? ''} ${element.getAttribute('autocomplete') ?? ''}`;
      // One that was a password a moment ago ("show password") still says so by its name.
      const isPrivate = /password|one-time-code|cc-number|cc-csc/i.test(
        `${kind} ${element.getAttribute('name') ?? ''}`,
      );
      if (isPrivate) return true;
      return 'value' in element ? String(element.value) : (element.textContent ?? '');
    }),
  );
  return contents.flatMap((content, i) =>
    content === true || (content !== '' && holdsSecret(content)) ? [fields.nth(i)] : [],
  );
}

const COVER = '#1f2937';

export function coverWith(fields: Locator[]): Pick<PageScreenshotOptions, 'mask' | 'maskColor'> {
  return fields.length > 0 ? { mask: fields, maskColor: COVER } : {};
}
