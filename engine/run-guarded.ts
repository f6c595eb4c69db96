import { AppError, asAppError, type Effect, type ErrorCode, type StepRow, toWire } from '@casare/shared';
import { backoffMs, mayRetry } from './backoff.ts';
import type { NodeResult } from './define-node.ts';
import type { Fiber } from './fiber.ts';
import type { Frame } from './frame.ts';
import { interruptible, isPromise, timerOver } from './interrupt.ts';
import type { ProgramNode } from './program.ts';
import type { RecordedStep } from './replay.ts';
import { StepContext } from './step-context.ts';
import { failStep, finishStep, wireRow } from './step-end.ts';

interface Guarded {
  fiber: Fiber;
  frame: Frame;
  node: ProgramNode;
  path: string;
  params: Record<string, unknown>;
  effect: Effect;
  startedAt: number;
  vars: StepRow['vars'];
}

/** A step with something around it: an effect to protect, retries, a time limit, a pinned output. */
export async function runGuarded(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Promise<void> {
  const { run } = fiber;
  const startedAt = run.clock.now();
  if (run.parts.usePinned && node.source.pinnedOutput !== undefined) {
    await finishStep(fiber, frame, node, path, { output: node.source.pinnedOutput }, undefined, startedAt, true);
    return;
  }
  let params: Record<string, unknown>;
  let effect: Effect;
  try {
    params = node.params.fixed ?? node.params.read(fiber.scope(frame));
    effect = node.definition.effectOf?.(params) ?? node.effect;
  } catch (thrown) {
    run.emit({ type: 'node.started', nodeId: node.id, path, attempt: 1 });
    await failStep(fiber, frame, node, path, thrown, undefined, startedAt);
    return;
  }
  const step: Guarded = { fiber, frame, node, path, params, effect, startedAt, vars: undefined };
  if (isInDoubt(recorded, effect) && (await settleDoubt(step))) return;
  const pause = pauseIn(recorded?.failed);
  let attempt = 1;
  if (pause !== undefined && recorded?.failed !== undefined) {
    attempt = pause.attempt + 1;
    step.vars = recorded.failed.vars;
    fiber.flow.replayVariables(recorded.failed);
    await pauseUntil(fiber, pause.retryAt);
    if (fiber.cancelled) return;
  }
  await attemptAll(step, recorded?.started?.data, attempt);
}

/** Kept with a try that failed and is followed by another one: a resumed run goes on counting, and waits only for the rest of the pause. */
interface RetryPause {
  /** The try that failed, from 1. */
  attempt: number;
  retryAt: number;
}

/** A try that a crash cut off has no such row: it is made again under the same number. */
function pauseIn(failed: StepRow | undefined): RetryPause | undefined {
  const kept = failed?.data as Partial<RetryPause> | null | undefined;
  return typeof kept?.attempt === 'number' && typeof kept.retryAt === 'number' ? (kept as RetryPause) : undefined;
}

async function pauseUntil({ run, signal }: Fiber, at: number): Promise<void> {
  await run.clock.sleep(Math.max(0, at - run.clock.now()), signal).catch(() => undefined);
}

/** Failures that leave open whether the step happened. */
const openEnds: readonly (ErrorCode | undefined)[] = [
  'NODE_TIMEOUT',
  'BROWSER_CRASHED',
  'PACK_CRASHED',
  'DESKTOP_CRASHED',
  'STEP_IN_DOUBT',
];

/** Started and no end known; or, for a step that must not happen twice, an end that tells nothing. */
function isInDoubt(recorded: RecordedStep | undefined, effect: Effect): boolean {
  if (recorded === undefined) return false;
  if (recorded.started !== undefined && !recorded.startEnded) return true;
  // The engine knew that it may be tried again.
  if (pauseIn(recorded.failed) !== undefined) return false;
  return (effect === 'once' || effect === 'ask') && openEnds.includes(recorded.failed?.error?.code);
}

/** True when the doubt ends the step here. */
async function settleDoubt(step: Guarded): Promise<boolean> {
  const { fiber, frame, node, path, effect, startedAt } = step;
  // Whether a question was put does no harm and tells nothing: the same one is put again, or its answer is there.
  if (node.definition.category === 'people' && effect === 'idempotent') return false;
  const policy = node.source.onInDoubt ?? (effect === 'once' || effect === 'ask' ? 'park' : 'retry');
  if (policy === 'retry') return false;
  if (policy === 'skip') {
    await finishStep(fiber, frame, node, path, { output: null }, undefined, startedAt);
    return true;
  }
  const title = node.source.name || node.definition.title;
  const error = new AppError(
    'STEP_IN_DOUBT',
    `"${title}" (${path}) was started before the run was interrupted, and nobody knows whether it happened. Look at its target, then decide whether it runs again.`,
    { details: { path, nodeId: node.id } },
  );
  if (policy === 'fail') await failStep(fiber, frame, node, path, error, undefined, startedAt);
  else fiber.run.stop({ status: 'parked', error, inDoubtPath: path });
  return true;
}

async function attemptAll(step: Guarded, resumed: unknown, first: number): Promise<void> {
  const { fiber, frame, node, path, effect, startedAt } = step;
  const { run } = fiber;
  const { retry } = node.source;
  const acts = effect !== 'pure' && effect !== 'idempotent';
  for (let attempt = first; ; attempt++) {
    if (acts && !(await announce(step, resumed, attempt))) return;
    run.emit({ type: 'node.started', nodeId: node.id, path, attempt });
    const tried = await attemptOnce(step, resumed, attempt, acts ? 'effect' : 'batch');
    noteEffect(step, acts);
    if (tried.ok) {
      await finishStep(fiber, frame, node, path, tried.result, step.vars, startedAt);
      return;
    }
    const { error } = tried;
    if (fiber.cancelled) return;
    if (retry === undefined || attempt >= retry.attempts || !mayRetry(retry, error, effect)) {
      await failStep(fiber, frame, node, path, error, step.vars, startedAt);
      return;
    }
    const delayMs = backoffMs(retry, attempt, run.parts.random, error);
    const at = run.clock.now();
    // The try has ended: a crash during the pause leaves nothing in doubt, and the next run goes on from here.
    const data = { attempt, retryAt: at + delayMs } satisfies RetryPause;
    run.append({ kind: 'failed', path, nodeId: node.id, at, error: wireRow(error), data, vars: step.vars });
    await run.flush('batch');
    if (fiber.cancelled) return;
    const wire = run.redactor.value(toWire(error));
    run.emit({ type: 'node.retrying', nodeId: node.id, path, attempt, delayMs, error: wire });
    await pauseUntil(fiber, at + delayMs);
    if (fiber.cancelled) return;
  }
}

/** Makes the intent durable. False: the run was stopped meanwhile, and the step has done nothing. */
async function announce(step: Guarded, resumed: unknown, attempt: number): Promise<boolean> {
  const { fiber, node, path } = step;
  const { run } = fiber;
  run.append({ kind: 'started', path, nodeId: node.id, at: run.clock.now(), data: resumed as StepRow['data'] });
  try {
    await run.flush('effect');
  } catch (thrown) {
    withdraw(step, attempt);
    throw thrown;
  }
  if (fiber.cancelled) withdraw(step, attempt);
  return !fiber.cancelled;
}

/** Without this row a step that was announced and never began would be in doubt. */
function withdraw({ fiber, node, path }: Guarded, attempt: number): void {
  const { run } = fiber;
  const at = run.clock.now();
  const error = wireRow(
    new AppError('RUN_CANCELLED', 'The run was stopped before the step began; it has done nothing.'),
  );
  const tries = attempt > 1 ? { data: { attempt: attempt - 1, retryAt: at } satisfies RetryPause } : {};
  run.append({ kind: 'failed', path, nodeId: node.id, at, error, ...tries });
}

function noteEffect(step: Guarded, acts: boolean): void {
  const { run } = step.fiber;
  if (acts) run.effectUnflushed = true;
  if (step.node.movesBrowser) run.snapshotDue = true;
}

type Tried = { ok: true; result: NodeResult | undefined } | { ok: false; error: AppError };

async function attemptOnce(
  step: Guarded,
  resumed: unknown,
  attempt: number,
  flushAs: 'batch' | 'effect',
): Promise<Tried> {
  const { fiber, frame, node, path, params } = step;
  const { timeoutMs } = node.source;
  const limit = timeoutMs === undefined ? undefined : startLimit(step, timeoutMs);
  const ctx = new StepContext(fiber, frame, node, path, resumed, attempt, limit?.signal, flushAs);
  try {
    const result = node.definition.run?.(ctx, params);
    if (isPromise(result)) ctx.watch();
    return {
      ok: true,
      result: isPromise(result) ? await interruptible(result, limit?.signal ?? fiber.signal) : result,
    };
  } catch (thrown) {
    // However the node put it when its time was up, the reason is the time limit.
    const late = limit?.signal.aborted && !fiber.cancelled;
    return { ok: false, error: asAppError(late ? limit?.signal.reason : thrown, 'NODE_FAILED') };
  } finally {
    ctx.unwatch();
    ctx.closed = true;
    if (ctx.vars !== undefined) step.vars = { ...step.vars, ...ctx.vars };
    limit?.end();
  }
}

function startLimit(step: Guarded, timeoutMs: number): { signal: AbortSignal; end(): void } {
  const { fiber, node, path } = step;
  const limit = new AbortController();
  const timer = new AbortController();
  fiber.link(limit);
  const title = node.source.name || node.definition.title;
  const error = new AppError('NODE_TIMEOUT', `"${title}" took longer than its time limit of ${timeoutMs} ms.`, {
    details: { timeoutMs, path },
  });
  fiber.run.clock.sleep(timeoutMs, timer.signal).then(
    () => limit.abort(error),
    () => undefined,
  );
  return {
    signal: limit.signal,
    end() {
      timer.abort(timerOver);
      fiber.unlink(limit);
    },
  };
}
