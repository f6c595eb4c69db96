import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, frameParam, locate, targetParams, timeoutParam } from './target.ts';

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
    modifiers: z
      .array(z.enum(['Alt', 'Control', 'Meta', 'Shift']))
      .max(4)
      .default([])
      .meta({ title: 'Held keys', 'x-advanced': true }),
    force: z
      .boolean()
      .default(false)
      .meta({ title: 'Even if covered', description: 'Does not wait until the element is ready.', 'x-advanced': true }),
    followNewTab: z
      .boolean()
      .default(false)
      .meta({ title: 'Go on in the new tab', description: 'For links that open a tab of their own.' }),
    ...effectParam,
    ...frameParam,
    ...timeoutParam,
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
    const click = () =>
      locate(page, params).click({
        button: params.button,
        clickCount: params.clicks,
        modifiers: params.modifiers,
        force: params.force,
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
