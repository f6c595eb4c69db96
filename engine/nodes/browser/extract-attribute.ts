import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, targetParams } from './target.ts';

export const extractAttribute = defineBrowserNode({
  type: 'browser.extractAttribute',
  version: 1,
  title: 'Read attribute',
  icon: 'tag',
  description: 'Reads an attribute of an element, such as href, src or data-id. Addresses come complete.',
  synonyms: ['get attribute', 'href', 'link address', 'src'],
  params: z.strictObject({
    ...targetParams,
    attribute: z.string().min(1).max(200).meta({ title: 'Attribute', placeholder: 'href' }),
    all: z.boolean().default(false).meta({ title: 'All that match' }),
    ...elementOptions,
  }),
  output: z.object({
    value: z.string().nullable().describe('Null when the element does not have the attribute'),
    values: z.array(z.string().nullable()),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Where a link leads', params: { target: 'a.next', attribute: 'href' } }],
  async run(step, params) {
    const found = params.all ? await step.elements(params) : await step.element(params);
    await (params.all ? found.first() : found).waitFor({ state: 'attached', ...step.wait });
    const values = await found.evaluateAll(
      (elements, name) =>
        elements.map((element) => {
          const value = element.getAttribute(name);
          if (value === null || !['href', 'src', 'action'].includes(name.toLowerCase())) return value;
          return URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : value;
        }),
      params.attribute,
    );
    return { output: { value: values[0] ?? null, values } };
  },
});
