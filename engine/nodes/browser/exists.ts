import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { frameParam, targetParams } from './target.ts';

export const elementExists = defineBrowserNode({
  type: 'browser.exists',
  version: 1,
  title: 'Look for element',
  icon: 'search',
  description:
    'Tells whether an element is on the page, how many there are and whether one can be seen. Never fails for a missing one.',
  synonyms: ['element exists', 'is visible', 'count', 'find', 'check presence'],
  params: z.strictObject({
    ...targetParams,
    timeoutMs: z.int().min(0).max(3_600_000).default(0).meta({
      title: 'Wait at most',
      description: 'How long to wait for it to appear; 0 looks once.',
      unit: 'ms',
    }),
    ...frameParam,
  }),
  output: z.object({ found: z.boolean(), count: z.int(), visible: z.boolean(), text: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'Is there a next page?', params: { target: 'a.next' } }],
  async run(step, params) {
    let found = await step.elements(params);
    if (params.timeoutMs > 0) {
      await found
        .first()
        .waitFor({ state: 'attached', timeout: params.timeoutMs, signal: step.ctx.signal })
        .catch((error: unknown) => {
          if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
        });
    }
    // A recorded element may still be there under another name.
    if (typeof params.target !== 'string' && params.target.seen && (await found.count()) === 0) {
      found = await step.element(params).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'ELEMENT_NOT_FOUND') return found;
        throw error;
      });
    }
    const texts = await found.evaluateAll((elements) =>
      elements.map((element) => ({
        text: ((element as HTMLElement).innerText ?? element.textContent ?? '').trim().slice(0, 10_000),
        visible: element.checkVisibility({ visibilityProperty: true }),
      })),
    );
    const visible = texts.some((entry) => entry.visible);
    return { output: { found: texts.length > 0, count: texts.length, visible, text: texts[0]?.text ?? '' } };
  },
});
