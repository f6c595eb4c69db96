import { AppError } from '@casare/shared';
import type { Page } from 'playwright-core';
import type { z } from 'zod';
import {
  defineNode,
  type NodeContext,
  type NodeDefinition,
  type NodeResult,
  type NodeSpec,
} from '../../define-node.ts';
import type { BrowserSession } from '../../resources/browser.ts';
import { type Attempted, explainFailure } from './explain-failure.ts';

/** What a browser step works with. */
export interface BrowserStep {
  readonly ctx: NodeContext;
  readonly browser: BrowserSession;
  /** The run's current page. */
  page(): Promise<Page>;
  /** For every call to Playwright that waits: the step's time limit and its signal. */
  readonly wait: { readonly timeout: number; readonly signal: AbortSignal };
}

export interface BrowserNodeSpec<P extends z.ZodObject, O extends z.ZodType>
  extends Omit<NodeSpec<P, O>, 'category' | 'capabilities' | 'run'> {
  run(step: BrowserStep, params: z.output<P>): Promise<NodeResult<z.output<O>>>;
}

/** A node that needs the browser: cancelling, time limits and Playwright's failures are handled here, once for all of them. */
export function defineBrowserNode<P extends z.ZodObject, O extends z.ZodType>(
  spec: BrowserNodeSpec<P, O>,
): NodeDefinition {
  const { run, ...rest } = spec;
  return defineNode<P, O>({
    ...rest,
    category: 'browser',
    capabilities: ['browser'],
    run: (ctx, params) => runInBrowser(ctx, params, (step) => run(step, params)),
  });
}

async function runInBrowser<R>(ctx: NodeContext, params: object, work: (step: BrowserStep) => Promise<R>): Promise<R> {
  const tried = attemptedOf(params);
  const step: BrowserStep = {
    ctx,
    browser: ctx.browser,
    async page() {
      const page = await ctx.browser.page();
      tried.url = page.url();
      return page;
    },
    wait: { timeout: tried.timeoutMs, signal: ctx.signal },
  };
  try {
    return await unlessAborted(ctx.signal, () => work(step));
  } catch (error) {
    if (ctx.signal.aborted) throw abortReason(ctx.signal);
    const failure = explainFailure(error, tried);
    if (!isTimeout(error, failure) || (await ctx.browser.answers())) throw failure;
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
  if (typeof target === 'string' && target !== '') tried.target = target;
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
