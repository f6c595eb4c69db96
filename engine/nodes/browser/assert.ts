import { AppError } from '@casare/shared';
import { z } from 'zod';
import { fitsAddress } from '../../resources/address-pattern.ts';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';
import { readState } from './read-state.ts';
import { elementOptions, type Target, targetParams, targetText } from './target.ts';

const ofElement = [
  'visible',
  'hidden',
  'enabled',
  'disabled',
  'checked',
  'unchecked',
  'text',
  'value',
  'count',
] as const;
const ofPage = ['title', 'address', 'pageText'] as const;
const checks = [...ofElement, ...ofPage] as const;
type Check = (typeof checks)[number];
const withText: Check[] = ['text', 'value', 'title', 'address', 'pageText'];

export const assertPage = defineBrowserNode({
  type: 'browser.assert',
  version: 1,
  title: 'Check page',
  icon: 'shield-check',
  description: 'Fails unless an element or the page is as it should be, and says what it was instead.',
  synonyms: ['assert', 'verify', 'expect', 'validate', 'test'],
  params: z.strictObject({
    check: z.enum(checks).default('visible').meta({ title: 'Check' }),
    target: targetParams.target
      .optional()
      .meta({ title: 'Element', 'x-widget': 'selector', 'x-show-if': { check: [...ofElement] } }),
    how: z
      .enum(['contains', 'equals', 'startsWith', 'endsWith'])
      .default('contains')
      .meta({ title: 'How', 'x-show-if': { check: ['text', 'value', 'title', 'pageText'] } }),
    expected: z
      .string()
      .max(100_000)
      .default('')
      .meta({
        title: 'Expected',
        description: 'For an address: a part of it, or the whole with * and **.',
        'x-show-if': { check: withText },
      }),
    count: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(1)
      .meta({ title: 'So many', 'x-show-if': { check: ['count'] } }),
    message: z.string().max(2000).default('').meta({ title: 'Message', description: 'What the failure says.' }),
    ...elementOptions,
    timeoutMs: elementOptions.timeoutMs.default(5000),
  }),
  output: z.object({ actual: z.string() }),
  effect: 'idempotent',
  examples: [
    { title: 'The order is there', params: { check: 'text', target: '#status', expected: 'Thank you' } },
    { title: 'The right page', params: { check: 'address', expected: '/account' } },
  ],
  async run(step, params) {
    let actual = '';
    const isSo = await pollUntil(async () => {
      const seen = await look(step, params).catch(notYet);
      actual = seen.actual;
      return seen.isSo ? true : undefined;
    }, step.wait);
    if (isSo) return { output: { actual } };
    const wanted = params.check === 'count' ? String(params.count) : params.expected;
    const what = targetText(params.target) ?? (await step.page()).url();
    const named = withText.includes(params.check) || params.check === 'count';
    const said = `${what}: ${params.check} should be ${named ? `"${wanted.slice(0, 200)}" (${params.how})` : 'true'} but is "${actual.slice(0, 200)}".`;
    throw new AppError('ASSERTION_FAILED', params.message || said, {
      details: { check: params.check, expected: wanted.slice(0, 2000), actual: actual.slice(0, 2000), selector: what },
    });
  },
});

interface Seen {
  isSo: boolean;
  actual: string;
}

interface Wanted {
  check: Check;
  target?: Target | undefined;
  frame?: string | string[] | undefined;
  match: 'one' | 'first' | 'last';
  how: 'contains' | 'equals' | 'startsWith' | 'endsWith';
  expected: string;
  count: number;
}

async function look(step: BrowserStep, params: Wanted): Promise<Seen> {
  const { check } = params;
  const page = await step.page();
  if (check === 'address') return { isSo: fitsAddress(params.expected, page.url()), actual: page.url() };
  if (check === 'title') return compared(await page.title(), params);
  if (check === 'pageText') return compared(await page.locator('body').innerText(step.wait), params);
  if (!params.target) throw new AppError('PARAMS_INVALID', '"Element" is empty. Say which element to check.');
  const all = await step.elements({ ...params, target: params.target });
  const count = await all.count();
  if (check === 'count') return { isSo: count === params.count, actual: String(count) };
  if (check === 'hidden' && count === 0) return { isSo: true, actual: 'not on the page' };
  const isRecorded = typeof params.target !== 'string' && params.target.seen !== undefined;
  if (count === 0 && !isRecorded) return { isSo: false, actual: 'not on the page' };
  const element = await step.element({ ...params, target: params.target });
  const state = await element.evaluate(readState, [], step.wait);
  if (check === 'text') return compared(state.text, params);
  if (check === 'value') return compared(state.value ?? '', params);
  const isSo = {
    visible: state.visible,
    hidden: !state.visible,
    enabled: state.enabled,
    disabled: !state.enabled,
    checked: state.checked === true,
    unchecked: state.checked === false,
  }[check];
  return { isSo, actual: isSo ? 'true' : 'false' };
}

/** An element that goes just while it is read is looked for again; the failure tells what was seen, not how it was missed. */
function notYet(error: unknown): Seen {
  if (error instanceof Error && error.name === 'TimeoutError') return { isSo: false, actual: 'not on the page' };
  throw error;
}

function compared(actual: string, { how, expected }: Pick<Wanted, 'how' | 'expected'>): Seen {
  const isSo = {
    contains: actual.includes(expected),
    equals: actual === expected,
    startsWith: actual.startsWith(expected),
    endsWith: actual.endsWith(expected),
  }[how];
  return { isSo, actual };
}
