import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, timeoutParam } from './target.ts';

const place = (title: string) => z.number().min(-100_000).max(100_000).default(0).meta({ title, unit: 'px' });

export const useMouse = defineBrowserNode({
  type: 'browser.mouse',
  version: 1,
  title: 'Mouse in page',
  icon: 'mouse',
  description: 'Moves, clicks or holds the mouse at a place of the page, for drawings and maps that have no elements.',
  synonyms: ['click at coordinates', 'canvas', 'position', 'mouse down', 'mouse up'],
  params: z.strictObject({
    action: z.enum(['move', 'click', 'down', 'up']).default('click').meta({ title: 'Action' }),
    x: place('From the left').meta({ title: 'From the left', unit: 'px' }),
    y: place('From the top').meta({ title: 'From the top', unit: 'px' }),
    button: z.enum(['left', 'right', 'middle']).default('left').meta({ title: 'Button', 'x-advanced': true }),
    clicks: z
      .int()
      .min(1)
      .max(3)
      .default(1)
      .meta({ title: 'Clicks', 'x-advanced': true, 'x-show-if': { action: ['click'] } }),
    steps: z.int().min(1).max(1000).default(1).meta({ title: 'Moves on the way', 'x-advanced': true }),
    ...effectParam,
    ...timeoutParam,
  }),
  output: z.object({}),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [{ title: 'A place on a map', params: { action: 'click', x: 200, y: 150 } }],
  async run(step, params) {
    const { mouse } = await step.page();
    const { button, x, y } = params;
    await mouse.move(x, y, { steps: params.steps });
    if (params.action === 'click') await mouse.click(x, y, { button, clickCount: params.clicks });
    else if (params.action === 'down') await mouse.down({ button });
    else if (params.action === 'up') await mouse.up({ button });
    return { output: {} };
  },
});
