import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';

/** Parameters of every step that looks for one element. */
export const targetParams = {
  target: z.string().min(1).max(5000).meta({
    title: 'Element',
    description:
      'A selector: CSS (#save, .price), text=Save, role=button[name="Save"] or xpath=//… It must match exactly one element.',
    placeholder: '#save',
    'x-widget': 'selector',
  }),
};

export const frameParam = {
  frame: z.string().max(5000).optional().meta({
    title: 'In frame',
    description: 'Selector of the iframe that holds the element; empty for the page itself.',
    placeholder: 'iframe#content',
    'x-advanced': true,
  }),
};

export const timeoutParam = {
  timeoutMs: z.int().min(1).max(3_600_000).default(30_000).meta({
    title: 'Wait at most',
    description: 'How long to wait until the element is there and ready.',
    unit: 'ms',
    'x-advanced': true,
  }),
};

/** For steps that may send a form or set something off; `effectOf` reads it. */
export const effectParam = {
  effect: z.enum(['idempotent', 'once']).default('idempotent').meta({
    title: 'Repeating it',
    description: 'Choose "once" where the step sends something that must not be sent twice, such as an order.',
    'x-advanced': true,
  }),
};

export function locate(page: Page, params: { target: string; frame?: string | undefined }): Locator {
  return params.frame ? page.frameLocator(params.frame).locator(params.target) : page.locator(params.target);
}
