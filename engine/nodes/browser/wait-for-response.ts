import { AppError } from '@casare/shared';
import type { Page, Request, Response } from 'playwright-core';
import { z } from 'zod';
import { fitsAddress } from '../../resources/address-pattern.ts';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { effectParam, elementOptions, targetParams } from './target.ts';
import { withinTime } from './time-limit.ts';

export const addressPatternParam = {
  url: z.string().max(5000).default('').meta({
    title: 'Address',
    description: 'A part of it, such as /api/orders; or the whole with * for anything but / and ** for anything.',
    placeholder: '/api/orders',
  }),
};

export const waitForResponse = defineBrowserNode({
  type: 'browser.waitForResponse',
  version: 1,
  title: 'Wait for answer',
  icon: 'radio-tower',
  description: 'Waits until the page asks for an address or gets its answer, and hands out the JSON or text of it.',
  synonyms: ['network', 'wait for request', 'wait for response', 'xhr', 'fetch', 'api'],
  params: z.strictObject({
    wait: z.enum(['answer', 'request']).default('answer').meta({ title: 'For' }),
    ...addressPatternParam,
    method: z
      .enum(['any', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .default('any')
      .meta({ title: 'Method', 'x-advanced': true }),
    status: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .meta({ title: 'With status', 'x-advanced': true, 'x-show-if': { wait: ['answer'] } }),
    target: targetParams.target.optional().meta({
      title: 'Click this first',
      description: 'What sets it off. The step listens before it clicks, so nothing is missed.',
      placeholder: '#search',
      'x-widget': 'selector',
    }),
    earlierToo: z.boolean().default(false).meta({
      title: 'Earlier ones too',
      description: 'Takes the newest that fits of those that this page has made already.',
    }),
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({
    url: z.string(),
    method: z.string(),
    status: z.int().describe('0 for a request'),
    headers: z.record(z.string(), z.string()),
    json: z.unknown().describe('Null where the answer is no JSON'),
    text: z.string().describe('Up to 1 MB'),
    requestBody: z.string().nullable(),
  }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'What a search brings', params: { url: '/api/search', target: '#search' } },
    { title: 'An answer that came already', params: { url: '/api/user', earlierToo: true } },
  ],
  async run(step, params) {
    const page = await step.page();
    const fits = (request: Request) =>
      fitsAddress(params.url, request.url()) && (params.method === 'any' || request.method() === params.method);
    const hasStatus = (response: Response) => params.status === undefined || response.status() === params.status;
    if (params.wait === 'request') {
      const earlier = params.earlierToo ? (await page.requests()).findLast(fits) : undefined;
      const [request] = earlier
        ? [earlier]
        : await Promise.all([
            page.waitForEvent('request', { predicate: fits, ...step.wait }),
            clickFirst(step, params),
          ]);
      return { output: { ...told(request), status: 0, headers: request.headers(), json: null, text: '' } };
    }
    const response =
      (params.earlierToo ? await findEarlier(page, fits, hasStatus) : undefined) ??
      (
        await Promise.all([
          page.waitForEvent('response', { predicate: (seen) => fits(seen.request()) && hasStatus(seen), ...step.wait }),
          clickFirst(step, params),
        ])
      )[0];
    const text = await withinTime(bodyOf(response), params.timeoutMs, `The answer of ${response.url().slice(0, 500)}`);
    return {
      output: {
        ...told(response.request()),
        status: response.status(),
        headers: response.headers(),
        json: asJson(text),
        text: text.slice(0, 1_000_000),
      },
    };
  },
});

function told(request: Request) {
  return { url: request.url(), method: request.method(), requestBody: request.postData()?.slice(0, 1_000_000) ?? null };
}

async function clickFirst(step: BrowserStep, params: { target?: z.output<typeof targetParams.target> | undefined }) {
  if (params.target) await (await step.element({ ...params, target: params.target })).click(step.wait);
}

async function findEarlier(
  page: Page,
  fits: (request: Request) => boolean,
  hasStatus: (response: Response) => boolean,
): Promise<Response | undefined> {
  for (const request of (await page.requests()).toReversed()) {
    // One without an answer yet is waited for by its event.
    const response = fits(request) ? request.existingResponse() : null;
    if (response && hasStatus(response)) return response;
  }
  return undefined;
}

/** The browser keeps no body of redirects and of pages it has left. */
async function bodyOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (response.status() >= 300 && response.status() < 400) return '';
    throw new AppError(
      'NODE_FAILED',
      `The browser does not keep the answer of ${response.url().slice(0, 500)} any more.`,
      {
        cause: error,
      },
    );
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
