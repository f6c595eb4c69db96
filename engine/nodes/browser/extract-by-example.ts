import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { findExampleList } from './example-list.ts';
import { withKit } from './healing/in-page.ts';
import { pollUntil } from './poll-until.ts';
import { enterFrames, frameOf, placeOf } from './scope.ts';
import { elementOptions, targetParams } from './target.ts';

export const extractByExample = defineBrowserNode({
  type: 'browser.extractByExample',
  version: 1,
  title: 'Read list by example',
  icon: 'wand-sparkles',
  description:
    'Finds a repeated list and its fields from one or two texts that stand in it, and reads all its entries.',
  synonyms: ['scrape', 'smart extraction', 'data scraping', 'auto detect list'],
  params: z.strictObject({
    examples: z.array(z.string().min(1).max(500)).max(20).default([]).meta({
      title: 'Examples',
      description: 'Texts as they stand on the page: of one entry, or of two different ones.',
      'x-widget': 'list',
    }),
    target: targetParams.target.optional().meta({
      title: 'Or an element',
      description: 'Any element inside of one entry.',
      'x-widget': 'selector',
    }),
    maxRows: z.int().min(1).max(10_000).default(1000).meta({ title: 'Entries at most', 'x-advanced': true }),
    ...elementOptions,
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.string().nullable())),
    fields: z.array(z.object({ name: z.string(), sample: z.string(), filled: z.int() })),
    count: z.int(),
    selector: z.string().describe('Of the entries, for "Read list"; empty where none fits them alone'),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'From a name and a price', params: { examples: ['Desk lamp', '24.90'] } },
    { title: 'From an element', params: { target: '.card h3' } },
  ],
  async run(step, params) {
    if (params.examples.length === 0 && !params.target) {
      throw new AppError('PARAMS_INVALID', 'There is no example. Give a text of the list, or an element in it.');
    }
    const place = placeOf(params.target ?? 'html', params.frame);
    const frame = await frameOf(await enterFrames(await step.page(), place.frames, step.wait), step.wait);
    const element = params.target ? await step.element({ ...params, target: params.target }) : undefined;
    const wish = { examples: params.examples, maxRows: params.maxRows };
    let missing = '';
    const found = await pollUntil(async () => {
      // The root stands for "no element": every page has one.
      const from = element ?? frame.locator(':root');
      const read = await from.evaluate(inElement, wish, step.wait);
      missing = 'missing' in read ? read.missing : '';
      return 'missing' in read || read.rows.length === 0 ? undefined : read;
    }, step.wait);
    if (found) return { output: { ...found, count: found.rows.length } };
    const details = { examples: params.examples, timeoutMs: params.timeoutMs };
    throw missing === ''
      ? new AppError(
          'ELEMENT_NOT_FOUND',
          'The examples are on the page, but nothing around them is repeated. Give two examples of different entries.',
          { details },
        )
      : new AppError('ELEMENT_NOT_FOUND', `"${missing}" does not stand on the page. Copy the example from the page.`, {
          retryable: true,
          details,
        });
  },
});

const inElement = withKit(findExampleList);
