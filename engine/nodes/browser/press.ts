import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, frameParam, locate, targetParams, timeoutParam } from './target.ts';

export const pressKey = defineBrowserNode({
  type: 'browser.press',
  version: 1,
  title: 'Press key',
  icon: 'corner-down-left',
  description: 'Presses a key or a combination, in an element or wherever the page has its focus.',
  synonyms: ['hotkey', 'shortcut', 'enter', 'tab', 'escape'],
  params: z.strictObject({
    key: z
      .string()
      .min(1)
      .max(100)
      .meta({ title: 'Key', description: 'Enter, Escape, ArrowDown, a, Control+A …', placeholder: 'Enter' }),
    target: targetParams.target.optional(),
    ...effectParam,
    ...frameParam,
    ...timeoutParam,
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
    if (params.target) {
      await locate(page, { target: params.target, frame: params.frame }).press(params.key, step.wait);
    } else await page.keyboard.press(params.key);
    return { output: {} };
  },
});
