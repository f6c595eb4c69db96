import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, mouseOf, mouseOptions, targetParams } from './target.ts';

export const hoverElement = defineBrowserNode({
  type: 'browser.hover',
  version: 1,
  title: 'Point at',
  icon: 'mouse-pointer-2',
  description: 'Moves the mouse over an element, for menus and hints that open by themselves.',
  synonyms: ['hover', 'mouse over', 'menu'],
  params: z.strictObject({ ...targetParams, ...mouseOptions, ...elementOptions }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'Open a menu', params: { target: 'nav >> text=Products' } }],
  async run(step, params) {
    await (await step.element(params)).hover({ ...mouseOf(params), ...step.wait });
    return { output: {} };
  },
});
