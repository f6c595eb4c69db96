import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, elementOptions, targetParams } from './target.ts';

export const pressKey = defineBrowserNode({
  type: 'browser.press',
  version: 1,
  title: 'Press key',
  icon: 'corner-down-left',
  description: 'Presses a key or a combination, in an element or wherever the page has its focus.',
  synonyms: ['hotkey', 'shortcut', 'enter', 'tab', 'escape'],
  params: z.strictObject({
    key: z.string().min(1).max(100).meta({
      title: 'Key',
      description:
        'Enter, Escape, ArrowDown, a, Control+A … Several after one another, with blanks between: Tab Tab Enter.',
      placeholder: 'Enter',
    }),
    times: z.int().min(1).max(1000).default(1).meta({ title: 'Times', 'x-advanced': true }),
    holdMs: z.int().min(0).max(60_000).default(0).meta({ title: 'Hold the key', unit: 'ms', 'x-advanced': true }),
    target: targetParams.target.optional(),
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({}),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'Enter in a field', params: { key: 'Enter', target: '#search' } },
    { title: 'Close a dialog', params: { key: 'Escape' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const keys = params.key.trim() === '' ? ['Space'] : params.key.trim().split(/\s+/);
    const element = params.target ? await step.element({ ...params, target: params.target }) : undefined;
    for (let i = 0; i < params.times; i++) {
      for (const key of keys) {
        step.ctx.signal.throwIfAborted();
        if (element) await element.press(key, { delay: params.holdMs, ...step.wait });
        else await page.keyboard.press(key, { delay: params.holdMs });
      }
    }
    return { output: {} };
  },
});
