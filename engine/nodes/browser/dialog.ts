import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';

export const answerDialogs = defineBrowserNode({
  type: 'browser.dialog',
  version: 1,
  title: 'Answer dialogs',
  icon: 'message-square',
  description:
    'Says how alert, confirm and prompt boxes are answered from now on, and hands out those that have come up so far. Put it before the step that opens the box.',
  synonyms: ['alert', 'confirm', 'prompt', 'popup', 'message box'],
  params: z.strictObject({
    action: z.enum(['accept', 'dismiss']).default('accept').meta({ title: 'Answer' }),
    text: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'Text for prompts', 'x-show-if': { action: ['accept'] } }),
  }),
  output: z.object({
    seen: z.array(z.object({ kind: z.string(), message: z.string(), action: z.enum(['accept', 'dismiss']) })),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Yes to all', params: { action: 'accept' } }],
  async run(step, params) {
    await step.page();
    step.browser.answerDialogs({ action: params.action, ...(params.text === undefined ? {} : { text: params.text }) });
    return { output: { seen: step.browser.takeDialogs() } };
  },
});
