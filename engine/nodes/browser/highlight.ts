import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { showElement } from './element.ts';
import { elementOptions, targetParams } from './target.ts';

const { highlight: _, ...options } = elementOptions;

export const highlightElement = defineBrowserNode({
  type: 'browser.highlight',
  version: 1,
  title: 'Highlight',
  icon: 'highlighter',
  description:
    'Draws a frame round an element for a while, for people who watch, or for a picture. The page is not changed.',
  synonyms: ['mark', 'show element', 'outline', 'demo'],
  params: z.strictObject({
    ...targetParams,
    showMs: z.int().min(1).max(600_000).default(1500).meta({ title: 'For', unit: 'ms' }),
    ...options,
  }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [{ title: 'Show a button', params: { target: '#save', showMs: 2000 } }],
  async run(step, params) {
    const element = await step.element(params);
    await showElement(element, params.showMs, { ...step.wait, timeout: step.wait.timeout + params.showMs });
    return { output: {} };
  },
});
