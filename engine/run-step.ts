import { AppError } from '@casare/shared';
import { openCall, replayCall } from './call/run-call.ts';
import { openContainer } from './containers/open-container.ts';
import { editVariable } from './debug/edit-variable.ts';
import { stopReason } from './debug/stop-reason.ts';
import type { NodeResult } from './define-node.ts';
import type { Fiber } from './fiber.ts';
import { type Frame, stepPath, type Wait } from './frame.ts';
import { interruptible, isPromise } from './interrupt.ts';
import type { ProgramNode } from './program.ts';
import type { RecordedStep } from './replay.ts';
import type { PauseReason } from './run-control.ts';
import { runGuarded } from './run-guarded.ts';
import type { RunState } from './run-state.ts';
import { failStep, finishStep, replayFailed, replayFinished } from './step-end.ts';
import { StepContext } from './step-context.ts';

/** Runs one step for one token, or takes it from the journal. Gives a promise only when something has to be waited for. */
export function runStep(fiber: Fiber, frame: Frame, node: ProgramNode): Wait {
  const { run } = fiber;
  const path = stepPath(frame, node);
  const recorded = run.replay?.get(path);
  if (recorded !== undefined) {
    for (const row of recorded.edits ?? []) fiber.flow.replayVariables(row);
    const replayed = replayStep(fiber, frame, node, path, recorded);
    if (replayed !== notRecorded) return replayed;
  }
  if (run.control !== undefined) {
    const reason = stopReason(run.control, fiber, frame, node, path);
    if (reason !== undefined) return pauseBefore(fiber, frame, node, path, recorded, reason);
  }
  return startStep(fiber, frame, node, path, recorded);
}

const notRecorded = Symbol('not recorded');

/** Takes the end of a step from the journal. Containers are opened again, which replays what is in them, unless they failed themselves. */
function replayStep(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep,
): Wait | typeof notRecorded {
  const { finished, failed, handled } = recorded;
  const { container, calls } = node.definition;
  if (finished !== undefined) {
    if (container !== undefined) return notRecorded;
    if (calls !== undefined) return replayCall(fiber, frame, node, path, recorded);
    return replayFinished(fiber, frame, node, path, finished);
  }
  if (failed === undefined || !handled) return notRecorded;
  if (container !== undefined) fiber.flow.replayBelow(path);
  return replayFailed(fiber, frame, node, path, failed);
}

function startStep(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Wait {
  const { run } = fiber;
  if (run.steps >= run.parts.maxSteps) return overLimit(run);
  // What acted on the world is made durable before the next thing happens; a step with a start of its own brings its own flush.
  if (run.effectUnflushed && node.plain) {
    const wait = run.flush('batch');
    if (wait !== undefined) return wait.then(() => startStep(fiber, frame, node, path, recorded) ?? undefined);
  }
  if (node.definition.container !== undefined) return openContainer(fiber, frame, node, path, recorded);
  if (node.definition.calls !== undefined) return openCall(fiber, frame, node, path, recorded);
  run.steps += 1;
  if (!node.plain) return runGuarded(fiber, frame, node, path, recorded);
  run.events?.emit({ type: 'node.started', nodeId: node.id, path, attempt: 1 });
  return runPlain(fiber, frame, node, path, recorded);
}

function runPlain(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Wait {
  const startedAt = fiber.run.lastAt;
  const ctx = new StepContext(fiber, frame, node, path, recorded?.started?.data);
  let result: NodeResult | Promise<NodeResult> | undefined;
  try {
    const params = node.params.fixed ?? node.params.read(fiber.scope(frame));
    result = node.definition.run?.(ctx, params);
  } catch (thrown) {
    ctx.closed = true;
    return failStep(fiber, frame, node, path, thrown, ctx.vars, startedAt);
  }
  if (isPromise(result)) return settle(fiber, frame, node, path, ctx, startedAt, result);
  ctx.closed = true;
  return finishStep(fiber, frame, node, path, result, ctx.vars, startedAt);
}

async function settle(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  ctx: StepContext,
  startedAt: number,
  promise: Promise<NodeResult>,
): Promise<void> {
  let result: NodeResult;
  ctx.watch();
  try {
    result = await interruptible(promise, fiber.signal);
  } catch (thrown) {
    ctx.unwatch();
    ctx.closed = true;
    if (node.movesBrowser) fiber.run.snapshotDue = true;
    await failStep(fiber, frame, node, path, thrown, ctx.vars, startedAt);
    return;
  }
  ctx.unwatch();
  ctx.closed = true;
  if (node.movesBrowser) fiber.run.snapshotDue = true;
  await finishStep(fiber, frame, node, path, result, ctx.vars, startedAt);
}

/** Waits for a hand on the control, then runs the step unless the run was cancelled meanwhile. */
async function pauseBefore(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
  reason: PauseReason,
): Promise<void> {
  const { run, flow } = fiber;
  const { control } = run;
  if (control === undefined) return;
  control.pause(reason);
  await run.flush('batch');
  run.emit({ type: 'run.paused', nodeId: node.id, path, reason });
  run.events?.flush();
  try {
    await control.whenReleased(fiber.signal, {
      path,
      setVariable: (name, value) => editVariable(flow, node, path, name, value),
    });
  } catch {
    return; // cancelled while paused: the fiber ends by itself
  }
  if (!control.paused) run.emit({ type: 'run.resumed' });
  run.lastAt = run.clock.now();
  await startStep(fiber, frame, node, path, recorded);
}

function overLimit(run: RunState): undefined {
  const limit = run.parts.maxSteps;
  const message = `The run went over ${limit} steps and was ended. Look for a loop that does not stop, or raise the limit.`;
  run.fail(new AppError('RUN_LIMIT', message, { details: { limit } }));
}
