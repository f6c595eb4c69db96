import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, elementOptions, mouseOf, mouseOptions, targetParams } from './target.ts';

export const clickElement = defineBrowserNode({
  type: 'browser.click',
  version: 1,
  title: 'Click',
  icon: 'mouse-pointer-click',
  description: 'Clicks an element once it is visible, still and not covered.',
  synonyms: ['press button', 'link', 'double click', 'right click', 'submit'],
  params: z.strictObject({
    ...targetParams,
    button: z.enum(['left', 'right', 'middle']).default('left').meta({ title: 'Button', 'x-advanced': true }),
    clicks: z.int().min(1).max(3).default(1).meta({ title: 'Clicks', 'x-advanced': true }),
    holdMs: z.int().min(0).max(60_000).default(0).meta({ title: 'Hold the button', unit: 'ms', 'x-advanced': true }),
    followNewTab: z
      .boolean()
      .default(false)
      .meta({ title: 'Go on in the new tab', description: 'For links that open a tab of their own.' }),
    ...mouseOptions,
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({ url: z.string() }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'A button', params: { target: '#save' } },
    { title: 'Sends an order', params: { target: 'role=button[name="Order now"]', effect: 'once' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const element = await step.element(params);
    const click = () =>
      element.click({
        button: params.button,
        clickCount: params.clicks,
        delay: params.holdMs,
        ...mouseOf(params),
        ...step.wait,
      });
    if (!params.followNewTab) {
      await click();
      return { output: { url: page.url() } };
    }
    const [tab] = await Promise.all([page.waitForEvent('popup', step.wait), click()]);
    await tab.waitForLoadState('load', step.wait);
    step.browser.usePage(tab);
    return { output: { url: tab.url() } };
  },
});
