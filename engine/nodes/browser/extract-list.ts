import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { nextPageParams, readPages } from './next-page.ts';
import { elementOptions } from './target.ts';

const fieldSchema = z.strictObject({
  name: z.string().min(1).max(200).meta({ title: 'Name' }),
  selector: z.string().max(2000).default('').meta({
    title: 'CSS selector',
    description: 'Inside the entry; empty for the entry itself.',
    placeholder: '.price',
  }),
  attribute: z
    .string()
    .max(200)
    .default('text')
    .meta({ title: 'Read', description: 'text, html, value or the name of an attribute (href, data-id).' }),
});
type Field = z.output<typeof fieldSchema>;

export const extractList = defineBrowserNode({
  type: 'browser.extractList',
  version: 1,
  title: 'Read list',
  icon: 'list-tree',
  description:
    'Reads repeated entries of a page, such as products or search results, as rows with the fields you name.',
  synonyms: ['scrape', 'data scraping', 'repeating elements', 'images', 'links'],
  params: z.strictObject({
    target: z.string().min(1).max(5000).meta({
      title: 'Entries',
      description: 'Selector that matches every entry.',
      placeholder: '.product',
      'x-widget': 'selector',
    }),
    fields: z.array(fieldSchema).min(1).max(100).meta({ title: 'Fields', 'x-widget': 'list' }),
    maxRows: z.int().min(1).max(100_000).default(10_000).meta({ title: 'Entries at most', 'x-advanced': true }),
    allowEmpty: z.boolean().default(false).meta({
      title: 'May be empty',
      description: 'No entries within the time give an empty list in place of a failure.',
    }),
    ...nextPageParams,
    ...elementOptions,
  }),
  output: z.object({ rows: z.array(z.record(z.string(), z.string().nullable())), count: z.int(), pages: z.int() }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Products',
      params: {
        target: '.product',
        fields: [
          { name: 'name', selector: 'h3' },
          { name: 'link', selector: 'a', attribute: 'href' },
        ],
      },
    },
  ],
  async run(step, params) {
    const entries = await step.elements(params);
    try {
      await entries.first().waitFor({ state: 'attached', ...step.wait });
    } catch (error) {
      if (params.allowEmpty && error instanceof Error && error.name === 'TimeoutError') {
        return { output: { rows: [], count: 0, pages: 1 } };
      }
      throw error;
    }
    const readOne = async () => {
      const read = await entries.evaluateAll(readFields, { fields: params.fields, maxRows: params.maxRows });
      if ('badSelector' in read) {
        throw new AppError(
          'PARAMS_INVALID',
          `"${read.badSelector}" is not a CSS selector. Fields of "Read list" take CSS only, inside the entry.`,
          { details: { selector: read.badSelector } },
        );
      }
      return read.values.map((values) =>
        Object.fromEntries(params.fields.map((field, i) => [field.name, values[i] ?? null])),
      );
    };
    const { rows, pages } = await readPages(step, params, readOne, params.maxRows);
    return { output: { rows, count: rows.length, pages } };
  },
});

/** Runs in the page, so it uses nothing but its arguments. Null where the entry has no such element or attribute. */
function readFields(
  entries: Element[],
  wanted: { fields: Field[]; maxRows: number },
): { values: (string | null)[][] } | { badSelector: string } {
  for (const { selector } of wanted.fields) {
    try {
      if (selector !== '') document.querySelector(selector);
    } catch {
      return { badSelector: selector };
    }
  }
  const read = (element: Element | null, attribute: string): string | null => {
    if (!element) return null;
    if (attribute === 'text') return ((element as HTMLElement).innerText ?? element.textContent ?? '').trim();
    if (attribute === 'html') return element.innerHTML;
    if (attribute === 'value') return 'value' in element ? String(element.value) : element.getAttribute('value');
    const value = element.getAttribute(attribute);
    const isAddress = attribute === 'href' || attribute === 'src';
    return value !== null && isAddress && URL.canParse(value, document.baseURI)
      ? new URL(value, document.baseURI).href
      : value;
  };
  return {
    values: entries
      .slice(0, wanted.maxRows)
      .map((entry) =>
        wanted.fields.map(({ selector, attribute }) =>
          read(selector === '' ? entry : entry.querySelector(selector), attribute),
        ),
      ),
  };
}
