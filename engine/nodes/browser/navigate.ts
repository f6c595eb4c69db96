import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { waitUntilParam } from './visit.ts';

export const navigateHistory = defineBrowserNode({
  type: 'browser.navigate',
  version: 1,
  title: 'Back, forward, reload',
  icon: 'rotate-cw',
  description: 'Goes back or forward in the history of the tab, or loads the page again.',
  synonyms: ['refresh', 'history', 'go back', 'go forward'],
  params: z.strictObject({
    action: z.enum(['back', 'forward', 'reload']).default('reload').meta({ title: 'Action' }),
    ...waitUntilParam,
    ...timeoutParam,
  }),
  output: z.object({ url: z.string(), title: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'Back', params: { action: 'back' } }],
  async run(step, params) {
    const page = await step.page();
    const options = { waitUntil: params.waitUntil, ...step.wait };
    if (params.action === 'back') await page.goBack(options);
    else if (params.action === 'forward') await page.goForward(options);
    else await page.reload(options);
    return { output: { url: page.url(), title: await page.title() } };
  },
});
