import type { Frame, Locator, Page } from 'playwright-core';
import type { Redactor } from '../redact.ts';

export interface PageLook {
  /** Of the browser; empty is the unnamed one. */
  name: string;
  url: string;
  /** PNG; password fields and whatever shows a secret of the run are covered. */
  picture?: Buffer;
  /** The document without scripts, passwords emptied and secrets masked. */
  html?: string;
}

export interface LookOptions {
  redactor: Redactor;
  picture: boolean;
  html: boolean;
  /** A page that does not answer is left out. */
  withinMs: number;
}

/** Fields whose content is nobody's to see, whatever the run knows about it. */
const SECRET_FIELDS =
  'input[type=password], input[name*=password i], input[autocomplete*=password], input[autocomplete=one-time-code], input[autocomplete^=cc-]';
/** Elements whose text is looked at; a page with more is covered where it can be. */
const MOST_ELEMENTS = 20_000;
const LONGEST_HTML = 4 * 1024 * 1024;
const COVER = '#1c1c1c';

/** What the pages of a run show now. */
export async function lookAtPage(name: string, page: Page, options: LookOptions): Promise<PageLook> {
  const { redactor, withinMs } = options;
  const url = redactor.text(page.url());
  const [picture, html] = await Promise.all([
    options.picture ? inTime(takePicture(page, redactor, withinMs), withinMs) : undefined,
    options.html ? inTime(readHtml(page, redactor), withinMs) : undefined,
  ]);
  return { name, url, ...(picture && { picture }), ...(html !== undefined && { html }) };
}

async function takePicture(page: Page, redactor: Redactor, timeout: number): Promise<Buffer> {
  const masks = await Promise.all(
    page.frames().map((frame) =>
      coverIn(frame, redactor).catch((error: unknown) => {
        // A frame that has gone is on no picture. Anything else may hide a field, and then there is no picture.
        if (frame.isDetached()) return [];
        throw error;
      }),
    ),
  );
  return page.screenshot({ type: 'png', mask: masks.flat(), maskColor: COVER, timeout, animations: 'disabled' });
}

async function coverIn(frame: Frame, redactor: Redactor): Promise<Locator[]> {
  const covers = [frame.locator(SECRET_FIELDS)];
  if (!redactor.active) return covers;
  const all = frame.locator('body *:not(script):not(style)');
  // The texts come here: a secret must not go into the page to be searched for.
  const texts = await all.evaluateAll(
    (elements, most) =>
      elements.slice(0, most).map((element) => {
        const value = (element as HTMLInputElement).value;
        const own = [...element.childNodes].map((node) => (node.nodeType === 3 ? (node.textContent ?? '') : ''));
        return `${typeof value === 'string' ? value : ''}\n${own.join('')}`.slice(0, 10_000);
      }),
    MOST_ELEMENTS,
  );
  texts.forEach((text, i) => {
    if (redactor.text(text) !== text) covers.push(all.nth(i));
  });
  return covers;
}

async function readHtml(page: Page, redactor: Redactor): Promise<string> {
  const html = await page.evaluate((fields) => {
    const copy = document.documentElement.cloneNode(true) as HTMLElement;
    for (const script of copy.querySelectorAll('script, noscript')) script.remove();
    for (const field of copy.querySelectorAll(`${fields}, input[type=hidden]`)) field.removeAttribute('value');
    return copy.outerHTML;
  }, SECRET_FIELDS);
  return redactor.text(html).slice(0, LONGEST_HTML);
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
