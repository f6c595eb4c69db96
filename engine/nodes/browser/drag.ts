import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, elementOptions, mouseOptions, targetParams } from './target.ts';

export const dragElement = defineBrowserNode({
  type: 'browser.drag',
  version: 1,
  title: 'Drag and drop',
  icon: 'move',
  description: 'Drags an element onto another one, or by a distance, as a person does with the mouse.',
  synonyms: ['drag', 'drop', 'sort', 'slider', 'move element'],
  params: z.strictObject({
    ...targetParams,
    to: z.enum(['element', 'distance']).default('element').meta({ title: 'To' }),
    onto: targetParams.target.optional().meta({
      title: 'Onto element',
      placeholder: '#basket',
      'x-widget': 'selector',
      'x-show-if': { to: ['element'] },
    }),
    dropAt: z
      .strictObject({
        x: z.number().min(-100_000).max(100_000).meta({ title: 'Right', unit: 'px' }),
        y: z.number().min(-100_000).max(100_000).meta({ title: 'Down', unit: 'px' }),
      })
      .optional()
      .meta({
        title: 'Drop at',
        description: 'From the upper left corner of that element; empty: its middle.',
        'x-advanced': true,
        'x-show-if': { to: ['element'] },
      }),
    right: z
      .number()
      .min(-100_000)
      .max(100_000)
      .default(0)
      .meta({ title: 'To the right', unit: 'px', 'x-show-if': { to: ['distance'] } }),
    down: z
      .number()
      .min(-100_000)
      .max(100_000)
      .default(0)
      .meta({ title: 'Down', unit: 'px', 'x-show-if': { to: ['distance'] } }),
    steps: z.int().min(1).max(1000).default(10).meta({
      title: 'Moves on the way',
      description: 'Pages that follow the mouse need several.',
      'x-advanced': true,
    }),
    position: mouseOptions.position,
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({}),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'A card into another column', params: { target: '#card-1', onto: '#done' } },
    { title: 'A slider', params: { target: '.handle', to: 'distance', right: 120 } },
  ],
  async run(step, params) {
    const page = await step.page();
    const source = await step.element(params);
    if (params.to === 'element') {
      if (!params.onto) throw new AppError('PARAMS_INVALID', '"Onto element" is empty. Say where to drop it.');
      const goal = await step.element({ ...params, target: params.onto });
      await source.dragTo(goal, {
        ...(params.position ? { sourcePosition: params.position } : {}),
        ...(params.dropAt ? { targetPosition: params.dropAt } : {}),
        steps: params.steps,
        ...step.wait,
      });
      return { output: {} };
    }
    // Waits until the element is ready, and puts the mouse on it.
    await source.hover({ ...(params.position ? { position: params.position } : {}), ...step.wait });
    const box = await source.boundingBox(step.wait);
    if (!box) throw new AppError('NODE_FAILED', 'The element has no place on the page to be dragged from.');
    const from = {
      x: box.x + (params.position?.x ?? box.width / 2),
      y: box.y + (params.position?.y ?? box.height / 2),
    };
    await page.mouse.down();
    try {
      await page.mouse.move(from.x + params.right, from.y + params.down, { steps: params.steps });
    } finally {
      // A button that stays down would turn the next step into a part of this one.
      await page.mouse.up();
    }
    return { output: {} };
  },
});
