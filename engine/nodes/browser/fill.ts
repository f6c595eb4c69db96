import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, mouseOptions, targetParams } from './target.ts';

export const fillField = defineBrowserNode({
  type: 'browser.fill',
  version: 1,
  title: 'Fill in',
  icon: 'text-cursor-input',
  description: 'Puts a text into a field in place of what is there.',
  synonyms: ['input', 'enter', 'write', 'set value', 'form'],
  params: z.strictObject({
    ...targetParams,
    text: z.coerce.string().max(1_000_000).default('').meta({ title: 'Text', description: 'Empty clears the field.' }),
    force: mouseOptions.force,
    pressEnter: z.boolean().default(false).meta({ title: 'Then press Enter', 'x-advanced': true }),
    ...elementOptions,
  }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'A name', params: { target: '#name', text: 'Ada Lovelace' } }],
  async run(step, params) {
    const field = await step.element(params);
    await field.fill(params.text, { force: params.force, ...step.wait });
    if (params.pressEnter) await field.press('Enter', step.wait);
    return { output: {} };
  },
});
