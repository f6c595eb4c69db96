import { AppError } from '@casare/shared';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { frameParam, locate, targetParams, timeoutParam } from './target.ts';

const waits = ['visible', 'hidden', 'attached', 'detached', 'text', 'url', 'load', 'networkidle'] as const;
const only = (...names: (typeof waits)[number][]) => ({ 'x-show-if': { until: names } });

export const waitFor = defineBrowserNode({
  type: 'browser.waitFor',
  version: 1,
  title: 'Wait for',
  icon: 'hourglass',
  description:
    'Waits until an element appears or goes, a text can be seen, the address changes or the page has loaded.',
  synonyms: ['wait for element', 'until', 'appear', 'vanish', 'navigation'],
  params: z.strictObject({
    until: z.enum(waits).default('visible').meta({ title: 'Until' }),
    target: targetParams.target.optional().meta({
      title: 'Element',
      placeholder: '#result',
      'x-widget': 'selector',
      ...only('visible', 'hidden', 'attached', 'detached'),
    }),
    text: z
      .string()
      .max(5000)
      .optional()
      .meta({ title: 'Text', ...only('text') }),
    url: z
      .string()
      .max(5000)
      .optional()
      .meta({
        title: 'Address',
        description: '* stands for anything but /, ** for anything.',
        placeholder: '**/done',
        ...only('url'),
      }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({ url: z.string() }),
  effect: 'idempotent',
  examples: [
    { title: 'The result is there', params: { until: 'visible', target: '#result' } },
    { title: 'The next page', params: { until: 'url', url: '**/confirmation' } },
  ],
  async run(step, params) {
    const page = await step.page();
    switch (params.until) {
      case 'load':
      case 'networkidle':
        await page.waitForLoadState(params.until, step.wait);
        break;
      case 'url':
        await page.waitForURL(needed(params.url, 'Address'), { waitUntil: 'commit', ...step.wait });
        break;
      case 'text':
        await page.getByText(needed(params.text, 'Text')).filter({ visible: true }).first().waitFor(step.wait);
        break;
      case 'visible':
      case 'hidden':
      case 'attached':
      case 'detached':
        await waitForElement(page, step, params.until, {
          target: needed(params.target, 'Element'),
          frame: params.frame,
        });
    }
    return { output: { url: page.url() } };
  },
});

/** One of several matches is enough, so that a list of results can be waited for. */
async function waitForElement(
  page: Page,
  step: BrowserStep,
  state: 'visible' | 'hidden' | 'attached' | 'detached',
  place: { target: string; frame?: string | undefined },
): Promise<void> {
  const all = locate(page, place);
  const watched = state === 'visible' || state === 'hidden' ? all.filter({ visible: true }) : all;
  try {
    await watched.first().waitFor({ state, ...step.wait });
  } catch (error) {
    const waitsForEnd = state === 'hidden' || state === 'detached';
    if (!waitsForEnd || !(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    throw new AppError('NODE_TIMEOUT', `"${place.target}" was still there after ${step.wait.timeout} ms.`, {
      retryable: true,
      details: { selector: place.target, url: page.url(), timeoutMs: step.wait.timeout },
      cause: error,
    });
  }
}

function needed(value: string | undefined, title: string): string {
  if (value) return value;
  throw new AppError('PARAMS_INVALID', `"${title}" is empty. Fill it in, or wait for something else.`);
}
