import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, mouseOptions, targetParams } from './target.ts';

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
    force: mouseOptions.force,
    position: mouseOptions.position,
    ...elementOptions,
  }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'Accept the terms', params: { target: '#terms', checked: true } }],
  async run(step, params) {
    await (await step.element(params)).setChecked(params.checked, {
      force: params.force,
      ...(params.position ? { position: params.position } : {}),
      ...step.wait,
    });
    return { output: {} };
  },
});
