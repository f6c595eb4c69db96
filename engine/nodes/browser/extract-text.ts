import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, targetParams } from './target.ts';

export const extractText = defineBrowserNode({
  type: 'browser.extractText',
  version: 1,
  title: 'Read text',
  icon: 'text-select',
  description: 'Reads the text of an element as it is seen on the page, or what stands in a field.',
  synonyms: ['get text', 'scrape', 'value', 'extract'],
  params: z.strictObject({
    ...targetParams,
    all: z
      .boolean()
      .default(false)
      .meta({ title: 'All that match', description: 'Reads every matching element into the list "texts".' }),
    trim: z.boolean().default(true).meta({ title: 'Trim blanks', 'x-advanced': true }),
    ...elementOptions,
  }),
  output: z.object({
    text: z.string().describe('Text of the element, of the first one where all are read'),
    texts: z.array(z.string()),
  }),
  effect: 'idempotent',
  examples: [{ title: 'A heading', params: { target: 'h1' } }],
  async run(step, params) {
    const found = params.all ? await step.elements(params) : await step.element(params);
    await (params.all ? found.first() : found).waitFor({ state: 'attached', ...step.wait });
    const read = await found.evaluateAll((elements) =>
      elements.map((element) => {
        const field = element.matches('input, textarea, select') ? (element as HTMLInputElement) : undefined;
        return field ? field.value : ((element as HTMLElement).innerText ?? element.textContent ?? '');
      }),
    );
    const texts = params.trim ? read.map((text) => text.trim()) : read;
    return { output: { text: texts[0] ?? '', texts } };
  },
});
