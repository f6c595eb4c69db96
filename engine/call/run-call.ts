import { AppError, resolveInputs } from '@casare/shared';
import { type Activation, activate, failContainer, finishContainer, passOn } from '../containers/container.ts';
import { longestPath, tooDeep } from '../containers/open-container.ts';
import { runTimed } from '../containers/timed.ts';
import type { CalledSpec } from '../define-node.ts';
import { Fiber } from '../fiber.ts';
import { Flow } from '../flow.ts';
import { type Completion, createFrame, type Failure, type Frame, type Wait } from '../frame.ts';
import { interruptible, timerOver } from '../interrupt.ts';
import { Outputs } from '../outputs.ts';
import type { ProgramNode, ProgramScope } from '../program.ts';
import { readOutputs } from '../read-outputs.ts';
import type { RecordedStep } from '../replay.ts';
import { runGuarded } from '../run-guarded.ts';
import { failStep, finishStep, replayFinished } from '../step-end.ts';
import type { CalledWorkflow } from './called-workflows.ts';

/** Calls within calls; a workflow that calls itself without end is stopped here. */
const deepestCall = 16;

/** Kept with the start of a call: a resumed run goes on in the very same document. */
interface CallStart {
  workflowId: string;
  version?: number;
  contentHash: string;
  begunAt: number;
}

/** Runs another workflow in place of a step, or the step itself where that does something else (a job on the fleet). */
export function openCall(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Wait {
  const { run } = fiber;
  const { pinnedOutput, timeoutMs } = node.source;
  const pinned = run.parts.usePinned && pinnedOutput !== undefined;
  let called: CalledSpec | undefined;
  try {
    if (!pinned) called = node.definition.calls?.(node.params.fixed ?? node.params.read(fiber.scope(frame)));
  } catch (thrown) {
    run.steps += 1;
    run.emit({ type: 'node.started', nodeId: node.id, path, attempt: 1 });
    return failStep(fiber, frame, node, path, thrown, undefined, run.lastAt);
  }
  if (called === undefined) {
    run.steps += 1;
    return pinned
      ? finishStep(fiber, frame, node, path, { output: pinnedOutput }, undefined, run.lastAt, true)
      : runGuarded(fiber, frame, node, path, recorded);
  }
  const spec = called;
  if (path.length > longestPath) return failStep(fiber, frame, node, path, tooDeep(path), undefined, run.lastAt);
  if (timeoutMs === undefined || recorded?.finished !== undefined)
    return callWorkflow(fiber, frame, node, path, recorded, spec);
  return runTimed(fiber, frame, node, path, timeoutMs, (child, inner, sealed) =>
    callWorkflow(child, inner, sealed, path, recorded, spec),
  );
}

/**
 * A finished call of an earlier attempt: its steps are walked again, which replays them and makes its secrets known. Where its document has changed
 * or gone meanwhile, what it gave is taken as it is.
 */
export async function replayCall(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep,
): Promise<void> {
  const kept = recorded.started?.data as Partial<CallStart> | undefined;
  const same = kept?.contentHash !== undefined && (await isSame(fiber, kept as CallStart));
  if (fiber.cancelled || recorded.finished === undefined) return;
  await (same
    ? openCall(fiber, frame, node, path, recorded)
    : replayFinished(fiber, frame, node, path, recorded.finished));
}

async function isSame({ run, signal }: Fiber, kept: CallStart): Promise<boolean> {
  const loading = run.parts.called.get(kept.workflowId, kept.version);
  return interruptible(loading, signal).then(
    ({ contentHash }) => contentHash === kept.contentHash,
    () => false,
  );
}

async function callWorkflow(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
  spec: CalledSpec,
): Promise<void> {
  const container = activate(fiber, frame, node, path, recorded);
  let child: Fiber;
  try {
    child = await openChild(fiber, container, recorded, spec);
  } catch (thrown) {
    if (!fiber.cancelled) await failContainer(fiber, container, thrown);
    return;
  }
  if (fiber.cancelled) return;
  await runChild(fiber, container, child);
}

async function openChild(
  fiber: Fiber,
  container: Activation,
  recorded: RecordedStep | undefined,
  spec: CalledSpec,
): Promise<Fiber> {
  const { run, flow } = fiber;
  const kept = container.kept as CallStart | undefined;
  if (flow.depth >= deepestCall)
    throw new AppError(
      'RUN_LIMIT',
      `Workflows call each other more than ${deepestCall} deep. Look for one that calls itself without end.`,
      { details: { limit: deepestCall, path: container.path } },
    );
  const loading = run.parts.called.get(spec.workflowId, kept?.version ?? spec.version);
  const called = await interruptible(loading, fiber.signal);
  run.lastAt = run.clock.now();
  if (kept !== undefined && kept.contentHash !== called.contentHash) throw changed(called, container.path);
  const { program } = called;
  const { document } = program;
  const input = resolveInputs(document, spec.input);
  const vault = await interruptible(run.parts.vault.scopeFor(program.needs, fiber.signal), fiber.signal);
  const begunAt = begin(run, container, recorded, called);
  const scope = program.scopes[0] as ProgramScope;
  const inner = new Flow(run, {
    program,
    facts: { id: run.id, workflowId: document.id, workflowName: document.name, startedAt: begunAt },
    input,
    vault,
    untilSlot: -1,
    call: container.path,
    depth: flow.depth + 1,
  });
  const child = new Fiber(
    inner,
    new Outputs(0, scope.end),
    createFrame(undefined, undefined, `${container.path}/call/`, scope.entries),
    fiber,
  );
  fiber.link(child);
  return child;
}

/** Writes down which content is called, before the first step of it; gives the time from which its time limit counts. */
function begin(
  run: Fiber['run'],
  { path, node, kept, finished }: Activation,
  recorded: RecordedStep | undefined,
  called: CalledWorkflow,
): number {
  const failedBefore = recorded?.failed !== undefined && finished === undefined;
  if (kept !== undefined && !failedBefore) return (kept as CallStart).begunAt;
  const begunAt = run.lastAt;
  const start: CallStart = {
    workflowId: called.program.document.id,
    ...(called.version !== undefined && { version: called.version }),
    contentHash: called.contentHash,
    begunAt,
  };
  run.append({ kind: 'started', path, nodeId: node.id, at: begunAt, data: { ...start } });
  return begunAt;
}

function changed({ program }: CalledWorkflow, path: string): AppError {
  return new AppError(
    'JOURNAL_MISMATCH',
    `The called workflow "${program.document.name}" was changed since this run began it. Bring the former content back, or start a new run.`,
    { details: { workflowId: program.document.id, path } },
  );
}

async function runChild(fiber: Fiber, container: Activation, child: Fiber): Promise<void> {
  const { run } = fiber;
  const disarm = container.finished === undefined ? armLimit(child) : undefined;
  await run.parts.drive(child);
  disarm?.();
  fiber.unlink(child);
  if (fiber.cancelled) return;
  const end = endOf(child);
  if (end.kind === 'failed') {
    named(end.failure, container);
    await passOn(fiber, container, end);
    return;
  }
  let output: Record<string, unknown>;
  try {
    if (end.kind === 'aborted') throw end.reason;
    if (end.kind === 'jump') throw new AppError('NODE_FAILED', `"${end.jump}" stands outside of a loop.`);
    output = readOutputs(child);
  } catch (thrown) {
    await failContainer(fiber, container, thrown);
    return;
  }
  await finishContainer(fiber, container, output);
}

/** How the called workflow ended; Stop ends it as completed. */
function endOf({ end, signal }: Fiber): Completion | { kind: 'aborted'; reason: unknown } {
  if (end === undefined) return { kind: 'aborted', reason: signal.reason };
  return end.kind === 'jump' && end.jump === 'stop' ? { kind: 'done' } : end;
}

/** The failure of a step in there is now that of the call; the details say where it happened. */
function named(failure: Failure, { node }: Activation): void {
  const { code, message, retryable, status, details } = failure.error;
  const place = { path: failure.path, ...details };
  failure.error = new AppError(code, message, { retryable, status, details: place, cause: failure.error });
  failure.nodeId = node.id;
}

/** The called workflow's own time limit. */
function armLimit(child: Fiber): (() => void) | undefined {
  const { run, flow } = child;
  const { settings, name } = flow.program.document;
  const { timeoutMs } = settings;
  if (timeoutMs === undefined) return undefined;
  const timer = new AbortController();
  const error = new AppError('RUN_TIMEOUT', `"${name}" took longer than its time limit of ${timeoutMs} ms.`, {
    details: { timeoutMs, path: flow.call },
  });
  run.clock.sleep(run.leftOf(timeoutMs, flow.facts.startedAt), timer.signal).then(
    () => child.abort(error),
    () => undefined,
  );
  return () => timer.abort(timerOver);
}
