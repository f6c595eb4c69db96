import { AppError } from '@casare/shared';
import { z } from 'zod';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';
import { elementOptions, type Target, targetParams, targetText } from './target.ts';

const states = ['visible', 'hidden', 'attached', 'detached'] as const;
const conditions = ['enabled', 'disabled', 'checked', 'unchecked', 'contains', 'count'] as const;
const waits = [...states, ...conditions, 'text', 'url', 'title', 'load', 'domcontentloaded', 'networkidle'] as const;
const only = (...names: (typeof waits)[number][]) => ({ 'x-show-if': { until: names } });

export const waitFor = defineBrowserNode({
  type: 'browser.waitFor',
  version: 1,
  title: 'Wait for',
  icon: 'hourglass',
  description:
    'Waits until an element appears, goes or is ready, a text can be seen, the address changes or the page has loaded.',
  synonyms: ['wait for element', 'until', 'appear', 'vanish', 'navigation', 'network idle'],
  params: z.strictObject({
    until: z.enum(waits).default('visible').meta({ title: 'Until' }),
    target: targetParams.target.optional().meta({
      title: 'Element',
      placeholder: '#result',
      'x-widget': 'selector',
      ...only(...states, ...conditions),
    }),
    text: z
      .string()
      .max(5000)
      .optional()
      .meta({ title: 'Text', ...only('text', 'contains', 'title') }),
    count: z
      .int()
      .min(0)
      .max(100_000)
      .default(1)
      .meta({ title: 'At least so many', ...only('count') }),
    url: z
      .string()
      .max(5000)
      .optional()
      .meta({
        title: 'Address',
        description: '* stands for anything but /, ** for anything.',
        placeholder: '**/done',
        ...only('url'),
      }),
    ...elementOptions,
  }),
  output: z.object({ url: z.string() }),
  effect: 'idempotent',
  examples: [
    { title: 'The result is there', params: { until: 'visible', target: '#result' } },
    { title: 'The next page', params: { until: 'url', url: '**/confirmation' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const { until } = params;
    switch (until) {
      case 'load':
      case 'domcontentloaded':
      case 'networkidle':
        await page.waitForLoadState(until, step.wait);
        break;
      case 'url':
        await page.waitForURL(needed(params.url, 'Address'), { waitUntil: 'commit', ...step.wait });
        break;
      case 'title': {
        const part = needed(params.text, 'Text');
        await untilTrue(step, async () => (await page.title()).includes(part), `The title does not hold "${part}"`);
        break;
      }
      case 'text':
        await page.getByText(needed(params.text, 'Text')).filter({ visible: true }).first().waitFor(step.wait);
        break;
      case 'visible':
      case 'hidden':
      case 'attached':
      case 'detached':
        await waitForElement(step, until, { ...params, target: needed(params.target, 'Element') });
        break;
      default:
        await waitForCondition(step, until, { ...params, target: needed(params.target, 'Element') });
    }
    return { output: { url: page.url() } };
  },
});

type Looked = { target: Target; frame?: string | string[] | undefined };

/** One of several matches is enough, so that a list of results can be waited for. */
async function waitForElement(step: BrowserStep, state: (typeof states)[number], place: Looked): Promise<void> {
  const waitsForEnd = state === 'hidden' || state === 'detached';
  // What was recorded may have another name by now; what has gone has none.
  const isRecorded = !waitsForEnd && typeof place.target !== 'string' && place.target.seen !== undefined;
  const all = isRecorded ? await step.element(place) : await step.elements(place);
  const watched = state === 'visible' || state === 'hidden' ? all.filter({ visible: true }) : all;
  try {
    await watched.first().waitFor({ state, ...step.wait });
  } catch (error) {
    if (!waitsForEnd || !(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const name = targetText(place.target);
    throw new AppError('NODE_TIMEOUT', `"${name}" was still there after ${step.wait.timeout} ms.`, {
      retryable: true,
      details: { selector: name, url: (await step.page()).url(), timeoutMs: step.wait.timeout },
      cause: error,
    });
  }
}

async function waitForCondition(
  step: BrowserStep,
  until: (typeof conditions)[number],
  params: Looked & { text?: string | undefined; count: number },
): Promise<void> {
  const name = targetText(params.target);
  if (until === 'count') {
    const all = await step.elements(params);
    await untilTrue(
      step,
      async () => (await all.count()) >= params.count,
      `There are fewer than ${params.count} "${name}"`,
    );
    return;
  }
  const element = await step.element(params);
  await element.waitFor({ state: 'attached', ...step.wait });
  if (until === 'contains') {
    const part = needed(params.text, 'Text');
    const holds = () =>
      element.evaluate(
        (found, text) => {
          const content = found.matches('input, textarea, select')
            ? (found as HTMLInputElement).value
            : found.textContent;
          return (content ?? '').includes(text);
        },
        part,
        step.wait,
      );
    await untilTrue(step, holds, `"${name}" does not hold "${part}"`);
    return;
  }
  const isSo = {
    enabled: () => element.isEnabled(step.wait),
    disabled: () => element.isDisabled(step.wait),
    checked: () => element.isChecked(step.wait),
    unchecked: async () => !(await element.isChecked(step.wait)),
  }[until];
  await untilTrue(step, isSo, `"${name}" is not ${until}`);
}

async function untilTrue(step: BrowserStep, look: () => Promise<boolean>, otherwise: string): Promise<void> {
  const isTrue = await pollUntil(async () => ((await look()) ? true : undefined), step.wait);
  if (isTrue) return;
  throw new AppError('NODE_TIMEOUT', `${otherwise} after ${step.wait.timeout} ms.`, {
    retryable: true,
    details: { timeoutMs: step.wait.timeout, url: (await step.page()).url() },
  });
}

function needed<T>(value: T | undefined, title: string): T {
  if (value !== undefined && value !== '') return value;
  throw new AppError('PARAMS_INVALID', `"${title}" is empty. Fill it in, or wait for something else.`);
}
