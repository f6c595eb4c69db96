import { AppError } from '@casare/shared';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import {
  defineNode,
  type NodeContext,
  type NodeDefinition,
  type NodeResult,
  type NodeSpec,
} from '../../define-node.ts';
import type { BrowserSession } from '../../resources/browser.ts';
import { type ElementParams, findAll, findOne } from './element.ts';
import { type Attempted, explainFailure } from './explain-failure.ts';
import type { Healing } from './healing/find-recorded.ts';
import { withFailurePicture } from './failure-picture.ts';
import { targetText } from './target.ts';

/** What a browser step works with. */
export interface BrowserStep {
  readonly ctx: NodeContext;
  readonly browser: BrowserSession;
  /** The run's current page. */
  page(): Promise<Page>;
  /** The one element that the parameters name, in its frame, found again by its recorded marks where the selector fails. */
  element(params: ElementParams): Promise<Locator>;
  /** All elements that the parameters name. */
  elements(params: ElementParams): Promise<Locator>;
  /** For every call to Playwright that waits: the step's time limit and its signal. */
  readonly wait: { readonly timeout: number; readonly signal: AbortSignal };
}

export interface BrowserNodeSpec<P extends z.ZodObject, O extends z.ZodObject>
  extends Omit<NodeSpec<P, O>, 'category' | 'capabilities' | 'run'> {
  run(step: BrowserStep, params: z.output<P>): Promise<NodeResult<z.output<O>>>;
}

const healedSchema = z
  .object({
    tier: z.int(),
    score: z.number(),
    ms: z.int(),
    oldSelector: z.string(),
    newSelector: z.string(),
  })
  .optional()
  .describe('Where the element was found by its recorded marks in place of its selector');

/** A workflow that works with two sites side by side names its browsers. */
const browserField = z.string().max(64).default('').meta({
  title: 'Browser',
  description: 'Its name, where a workflow uses several.',
  placeholder: 'shop',
  'x-advanced': true,
});

/** A node that needs the browser: elements, cancelling, time limits and Playwright's failures are handled here, once for all of them. */
export function defineBrowserNode<P extends z.ZodObject, O extends z.ZodObject>(
  spec: BrowserNodeSpec<P, O>,
): NodeDefinition {
  const { run, output, ...rest } = spec;
  const findsElements = 'target' in spec.params.shape || 'match' in spec.params.shape;
  return defineNode<z.ZodObject, z.ZodObject>({
    ...rest,
    params: spec.params.extend({ browser: browserField }),
    effectOf: rest.effectOf && ((params) => rest.effectOf?.(params as z.output<P>) ?? rest.effect),
    output: findsElements ? output.extend({ healed: healedSchema }) : output,
    category: 'browser',
    capabilities: ['browser'],
    run: (ctx, { browser, ...params }) =>
      runInBrowser(ctx, browser as string, params, (step) => run(step, params as z.output<P>)),
  });
}

async function runInBrowser<R extends NodeResult>(
  ctx: NodeContext,
  name: string,
  params: object,
  work: (step: BrowserStep) => Promise<R>,
): Promise<R> {
  const browser = name === '' ? ctx.browser : ctx.browser.named(name);
  const tried = attemptedOf(params);
  const { url, ...others } = params as { url?: unknown };
  const entered = JSON.stringify(others);
  if (typeof url === 'string') ctx.checkHost(url, [url]);
  let healed: Healing | undefined;
  const onHealed = (healing: Healing) => {
    healed ??= healing;
    ctx.log('warn', `The element was found again by its other marks. New selector: ${healing.newSelector}`, healing);
  };
  const wait = { timeout: tried.timeoutMs, signal: ctx.signal };
  const page = async () => {
    const current = await browser.page();
    tried.url = current.url();
    // What a step puts into a page goes to the host of the page; an address that it opens was looked at before.
    ctx.checkHost(tried.url, [entered]);
    return current;
  };
  const naming = (element: ElementParams) => {
    const name = targetText(element.target);
    if (name !== undefined) tried.target = name;
    return element;
  };
  const step: BrowserStep = {
    ctx,
    browser,
    page,
    element: async (element) => await findOne(await page(), naming(element), wait, onHealed),
    elements: async (element) => await findAll(await page(), naming(element), wait),
    wait,
  };
  try {
    const result = await unlessAborted(ctx.signal, () => work(step));
    return healed ? { ...result, output: { ...(result.output as object), healed } } : result;
  } catch (error) {
    if (ctx.signal.aborted) throw abortReason(ctx.signal);
    const failure = explainFailure(error, tried);
    if (!isTimeout(error, failure) || (await browser.answers())) {
      throw await withFailurePicture(failure, ctx, browser, params);
    }
    throw new AppError('BROWSER_CRASHED', `The browser did not react any more and was closed. ${failure.message}`, {
      retryable: true,
      details: failure.details,
      cause: error,
    });
  }
}

function isTimeout(thrown: unknown, failure: AppError): boolean {
  return failure.code === 'NODE_TIMEOUT' || (thrown instanceof Error && thrown.name === 'TimeoutError');
}

function attemptedOf(params: object): Attempted {
  const { target, timeoutMs } = params as { target?: unknown; timeoutMs?: unknown };
  const tried: Attempted = { timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : 30_000 };
  const name = targetText(target);
  if (name !== undefined) tried.target = name;
  return tried;
}

/** Playwright heeds the signal too, but not where the browser itself hangs, and not in every call. */
async function unlessAborted<R>(signal: AbortSignal, work: () => Promise<R>): Promise<R> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function abortReason(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  return reason instanceof AppError
    ? reason
    : new AppError('RUN_CANCELLED', 'The step was stopped before it was done.', { cause: reason });
}
