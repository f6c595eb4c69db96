import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, mouseOptions, targetParams } from './target.ts';

export const selectOption = defineBrowserNode({
  type: 'browser.select',
  version: 1,
  title: 'Choose from list',
  icon: 'list',
  description: 'Chooses one or several entries of a drop-down list.',
  synonyms: ['dropdown', 'select', 'option', 'combo box'],
  params: z.strictObject({
    ...targetParams,
    by: z
      .enum(['label', 'value', 'index'])
      .default('label')
      .meta({ title: 'By', description: 'What the entries below are.' }),
    choices: z.array(z.coerce.string().max(2000)).min(1).max(500).meta({
      title: 'Entries',
      'x-widget': 'list',
      description: 'Several only where the list allows it. The first entry has the index 0.',
    }),
    force: mouseOptions.force,
    ...elementOptions,
  }),
  output: z.object({ selected: z.array(z.string()).describe('Values of the chosen entries') }),
  effect: 'idempotent',
  examples: [{ title: 'A country', params: { target: '#country', choices: ['Germany'] } }],
  async run(step, params) {
    const choices = params.choices.map((choice) => {
      if (params.by === 'label') return { label: choice };
      return params.by === 'value' ? { value: choice } : { index: Number(choice) };
    });
    const selected = await (await step.element(params)).selectOption(choices, { force: params.force, ...step.wait });
    return { output: { selected } };
  },
});
