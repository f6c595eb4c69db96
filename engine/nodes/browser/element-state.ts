import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { readState } from './read-state.ts';
import { elementOptions, targetParams } from './target.ts';

export const readElementState = defineBrowserNode({
  type: 'browser.elementState',
  version: 1,
  title: 'Read element state',
  icon: 'scan-search',
  description:
    'Reads all there is to know of an element: whether it is seen, enabled or ticked, its place, text, HTML, attributes, styles.',
  synonyms: ['is visible', 'is enabled', 'is checked', 'bounding box', 'css property', 'inner html', 'attributes'],
  params: z.strictObject({
    ...targetParams,
    styles: z
      .array(z.string().min(1).max(100))
      .max(50)
      .default([])
      .meta({ title: 'Styles', description: 'CSS properties to read: color, display …', 'x-widget': 'list' }),
    ...elementOptions,
  }),
  output: z.object({
    visible: z.boolean(),
    enabled: z.boolean(),
    editable: z.boolean(),
    checked: z.boolean().nullable().describe('Null for what cannot be ticked'),
    focused: z.boolean(),
    inView: z.boolean().describe('Whether some of it is on the screen without scrolling'),
    tag: z.string(),
    text: z.string(),
    value: z.string().nullable().describe('Null for what is no field; passwords stay hidden'),
    html: z.string().describe('Up to 1 MB'),
    attributes: z.record(z.string(), z.string()),
    styles: z.record(z.string(), z.string()),
    box: z
      .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
      .nullable()
      .describe('From the upper left corner of the window'),
    count: z.int().describe('Elements the selector matches'),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Can it be clicked?', params: { target: '#save', styles: ['color'] } }],
  async run(step, params) {
    const count = await (await step.elements(params)).count();
    const element = await step.element(params);
    const state = await element.evaluate(readState, params.styles, step.wait);
    return { output: { ...state, box: await element.boundingBox(step.wait), count: Math.max(1, count) } };
  },
});
