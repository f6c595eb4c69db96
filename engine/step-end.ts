import { AppError, asAppError, fromWire, type StepRow, toWire } from '@casare/shared';
import type { NodeResult } from './define-node.ts';
import { previewOf } from './event-stream.ts';
import type { Fiber } from './fiber.ts';
import type { Completion, Failure, Frame, Wait } from './frame.ts';
import { toJson } from './json-output.ts';
import type { ErrorContext } from './outputs.ts';
import type { ProgramNode } from './program.ts';
import type { RunState } from './run-state.ts';

/** Marks a jump in the `port` of a row; no port can be named like that. */
const jumpMark = '!';

type Jump = NonNullable<NodeResult['jump']>;
type Vars = StepRow['vars'];

/** Ends the scope the fiber is in and tells the container that opened it. */
export function unwind(fiber: Fiber, end: Completion): Wait {
  const { frame } = fiber;
  if (frame === undefined) return undefined;
  fiber.frame = frame.parent;
  if (frame.owner !== undefined) return frame.owner.bodyEnded(fiber, end);
  fiber.end = end;
  return undefined;
}

/** Keeps the output, writes the row and moves the token on. */
export function finishStep(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  result: NodeResult | undefined,
  vars: Vars,
  startedAt: number,
  pinned = false,
): Wait {
  const { run } = fiber;
  let output: unknown;
  let port: string;
  let jump: Jump | undefined;
  try {
    // Read once, here: what a node gives may be anything, also something that throws when it is looked at.
    output = toJson(result?.output);
    const given = result?.port;
    port = given ?? node.firstPort;
    jump = result?.jump;
    if (given !== undefined && !node.ports.has(port)) throw unknownPort(node, String(port));
  } catch (thrown) {
    return failStep(fiber, frame, node, path, thrown, vars, startedAt);
  }
  const at = run.clock.now();
  run.lastAt = at;
  run.append({
    kind: 'finished',
    path,
    nodeId: node.id,
    at,
    durationMs: at - startedAt,
    port: jump === undefined ? port : jumpMark + jump,
    output: output as StepRow['output'],
    vars,
  });
  if (run.events !== undefined) {
    const preview = previewOf(run.redactor.value(output));
    const durationMs = at - startedAt;
    run.emit({ type: 'node.finished', nodeId: node.id, path, port, durationMs, ...preview, ...(pinned && { pinned }) });
  }
  const wait = leave(fiber, frame, node, output, port, jump);
  return wait ?? run.flushBatch();
}

/** Takes a finished row of an earlier attempt in place of running the step. */
export function replayFinished(fiber: Fiber, frame: Frame, node: ProgramNode, path: string, row: StepRow): Wait {
  const { run } = fiber;
  run.replayedSteps += 1;
  fiber.flow.replayVariables(row);
  const jump = row.port?.startsWith(jumpMark) ? (row.port.slice(jumpMark.length) as Jump) : undefined;
  const port = jump === undefined ? (row.port ?? node.firstPort) : node.firstPort;
  if (run.events !== undefined) {
    const preview = previewOf(run.redactor.value(row.output));
    run.emit({ type: 'node.finished', nodeId: node.id, path, port, durationMs: 0, ...preview, replayed: true });
  }
  return leave(fiber, frame, node, row.output, port, jump);
}

function leave(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  output: unknown,
  port: string,
  jump: Jump | undefined,
): Wait {
  fiber.outputs.set(node.slot, output);
  if (jump === undefined) frame.lastOutput = output;
  // A cancelled fiber still writes down what its last step did, but goes nowhere.
  if (fiber.cancelled) return undefined;
  if (jump !== undefined) return unwind(fiber, { kind: 'jump', jump });
  return moveOn(fiber, frame, node, port);
}

/** Puts the targets of a port on the stack. */
export function moveOn(fiber: Fiber, frame: Frame, node: ProgramNode, port: string): Wait {
  if (node.slot === fiber.flow.untilSlot) return unwind(fiber, { kind: 'jump', jump: 'stop' });
  const targets = port === node.firstPort ? node.firstTargets : (node.targets.get(port) ?? []);
  for (let i = 0; i < targets.length; i++) frame.pending.push(targets[i] as number);
  return undefined;
}

/** Writes down that a step failed and gives the failure to whoever handles it. */
export function failStep(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  thrown: unknown,
  vars: Vars,
  startedAt: number,
): Wait {
  const { run } = fiber;
  // What a step says after it was told to stop is no failure of its own; on resume it runs again or is in doubt.
  if (fiber.cancelled) return undefined;
  const error = asAppError(thrown, 'NODE_FAILED');
  const at = run.clock.now();
  run.lastAt = at;
  const wire = wireRow(error);
  run.append({ kind: 'failed', path, nodeId: node.id, at, durationMs: at - startedAt, error: wire, vars });
  if (run.events !== undefined) {
    const handled = node.onError !== 'stop' || isCaught(frame);
    const durationMs = at - startedAt;
    run.emit({
      type: 'node.failed',
      nodeId: node.id,
      path,
      durationMs,
      error: run.redactor.value(toWire(error)),
      handled,
    });
  }
  return routeFailure(fiber, frame, node, { error, nodeId: node.id, path, recorded: false });
}

/** Takes a handled failure of an earlier attempt in place of running the step. */
export function replayFailed(fiber: Fiber, frame: Frame, node: ProgramNode, path: string, row: StepRow): Wait {
  const { run } = fiber;
  run.replayedSteps += 1;
  fiber.flow.replayVariables(row);
  const error = fromWire(row.error ?? { code: 'NODE_FAILED', message: 'The step failed.' });
  run.events?.emit({
    type: 'node.failed',
    nodeId: node.id,
    path,
    durationMs: 0,
    error: run.redactor.value(toWire(error)),
    handled: true,
  });
  return routeFailure(fiber, frame, node, { error, nodeId: node.id, path, recorded: true });
}

/** The step's own `onError`, else the scope it stands in. Also for containers, whose body failed. */
export function routeFailure(fiber: Fiber, frame: Frame, node: ProgramNode, failure: Failure): Wait {
  fiber.outputs.setError(node.slot, errorContext(failure));
  if (node.onError === 'stop') return unwind(fiber, { kind: 'failed', failure });
  markHandled(fiber, failure);
  return moveOn(fiber, frame, node, node.onError === 'port' ? node.errorPort : node.firstPort);
}

/** Somebody dealt with the failure: from now on a resumed run takes it from the journal. */
export function markHandled(fiber: Fiber, failure: Failure): void {
  fiber.run.passing.delete(failure);
  recordHandled(fiber, failure);
}

/**
 * A failure on its way out passes a Finally. A run that is interrupted there must not try the step again, or its Finally would belong to something
 * that did not happen; only a run that has ended with it may: see `reopenFailures`.
 */
export function markPassing(fiber: Fiber, failure: Failure): void {
  fiber.run.passing.add(failure);
  recordHandled(fiber, failure);
}

function recordHandled(fiber: Fiber, failure: Failure): void {
  if (failure.recorded) return;
  failure.recorded = true;
  fiber.run.append({ kind: 'handled', path: failure.path, nodeId: failure.nodeId, at: fiber.run.clock.now() });
}

/** The run ends as failed: what failed on the way is tried again when the run is taken up again. */
export function reopenFailures(run: RunState): void {
  for (const { path, nodeId, error } of run.passing) {
    run.append({ kind: 'failed', path, nodeId, at: run.clock.now(), error: wireRow(error) });
  }
}

/** An error as a row keeps it: details that are no JSON are left out. */
export function wireRow(error: AppError): StepRow['error'] {
  const wire = toWire(error);
  wire.details &&= safeDetails(wire.details);
  return wire as StepRow['error'];
}

export function errorContext(failure: Failure): ErrorContext {
  const { error, nodeId, path } = failure;
  return { code: error.code, message: error.message, nodeId, path, details: safeDetails(error.details) };
}

function safeDetails(details: Record<string, unknown>): Record<string, unknown> {
  try {
    return toJson(details) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function isCaught(frame: Frame): boolean {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) if (at.owner?.catches) return true;
  return false;
}

function unknownPort(node: ProgramNode, port: string): AppError {
  const known = [...node.ports].join(', ') || 'none';
  return new AppError(
    'NODE_FAILED',
    `"${node.definition.title}" left by the port "${port}", which it does not have. It has: ${known}.`,
  );
}
