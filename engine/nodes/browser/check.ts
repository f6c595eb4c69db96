import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { frameParam, locate, targetParams, timeoutParam } from './target.ts';

export const setCheckbox = defineBrowserNode({
  type: 'browser.check',
  version: 1,
  title: 'Tick',
  icon: 'square-check',
  description: 'Ticks or clears a checkbox, or chooses a radio button.',
  synonyms: ['checkbox', 'radio', 'toggle', 'uncheck'],
  params: z.strictObject({
    ...targetParams,
    checked: z.boolean().default(true).meta({ title: 'Ticked' }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'Accept the terms', params: { target: '#terms', checked: true } }],
  async run(step, params) {
    await locate(await step.page(), params).setChecked(params.checked, step.wait);
    return { output: {} };
  },
});
