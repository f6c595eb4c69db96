import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';

export const closeBrowser = defineBrowserNode({
  type: 'browser.close',
  version: 1,
  title: 'Close browser',
  icon: 'circle-x',
  description: 'Closes the browser and forgets its cookies. A run closes it at its end in any case.',
  synonyms: ['quit', 'exit', 'end'],
  params: z.strictObject({}),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'Close', params: {} }],
  async run(step) {
    await step.browser.close();
    return { output: {} };
  },
});
