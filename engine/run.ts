import { AppError, asAppError, type ParkedTask, resolveInputs, toWire } from '@casare/shared';
import { createCalledWorkflows } from './call/called-workflows.ts';
import { noFleet } from './call/fleet-jobs.ts';
import { systemClock } from './clock.ts';
import { drive } from './drive.ts';
import { createEventStream } from './event-stream.ts';
import { Fiber } from './fiber.ts';
import { Flow } from './flow.ts';
import { timerOver } from './interrupt.ts';
import { createFrame } from './frame.ts';
import { createOpenTasks } from './open-tasks.ts';
import { Outputs } from './outputs.ts';
import { preparePartialRun } from './partial-run.ts';
import type { Program, ProgramScope } from './program.ts';
import { readOutputs } from './read-outputs.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { readReplay } from './replay.ts';
import type { RunBrowserState } from './resources/run-browsers.ts';
import type { RunResources } from './resources/run-resources.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import { type Halt, RunState } from './run-state.ts';
import { reopenFailures } from './step-end.ts';
import { createStuckWatch } from './stuck-watch.ts';
import { guardHttp } from './vault/guarded-http.ts';
import { type OpenedVault, openVault } from './vault/open-vault.ts';

const defaultMaxSteps = 10_000_000;

/** A run that was told to stop ends within 2 s. */
const stopWithinMs = 1700;
/** Of these, a browser may take so long to tell what it keeps; what it cannot tell in time is taken from the look before. */
const lastLookMs = 900;
/** A run that ended by itself waits longer for what it opened. */
const closeWithinMs = 10_000;
/** How long somebody may look at what a failed run has open; and one whose time limit ended it. */
const lookMs = 10_000;
const hastyLookMs = 2000;

/** Runs a program to its end, or goes on where the journal says an earlier attempt stood. Resolves whatever happens in the workflow. */
export async function run(program: Program, options: RunOptions): Promise<RunResult> {
  const clock = options.clock ?? systemClock;
  const begun = clock.now();
  const redactor = options.redactor ?? createRedactor();
  let prepared: Prepared;
  try {
    prepared = prepare(program, options, redactor, await openVault(program, options, redactor));
  } catch (thrown) {
    await closeResources(options.resources, closeWithinMs);
    return failedBefore(options, redactError(redactor, asAppError(thrown)), clock.now() - begun);
  }
  const { state } = prepared;
  state.events?.emit({
    type: 'run.started',
    runId: options.runId,
    workflowId: program.document.id,
    resumed: state.replay !== undefined,
  });
  const result = await execute(prepared, options);
  const error = result.error && redactError(redactor, result.error);
  const whole: RunResult = {
    ...result,
    output: redactor.value(result.output),
    ...(error && { error }),
    ...(result.tasks && { tasks: redactor.value(result.tasks) }),
    steps: state.steps,
    replayedSteps: state.replayedSteps,
    durationMs: clock.now() - begun,
  };
  emitEnd(state, whole);
  return whole;
}

type Outcome = Pick<RunResult, 'status' | 'output' | 'error' | 'inDoubtPath' | 'tasks'>;

async function execute({ state, flow, outputs }: Prepared, options: RunOptions): Promise<Outcome> {
  const scope = flow.program.scopes[0] as ProgramScope;
  const fiber = new Fiber(flow, outputs, createFrame(undefined, undefined, '', scope.entries));
  state.root = fiber;
  // What is open is torn down at once when the run is told to stop: that ends waits which a step does not end by itself.
  let closing: Promise<void> | undefined;
  let giveUp: NodeJS.Timeout | undefined;
  const givenUp = new Promise<void>((resolve) => {
    fiber.signal.addEventListener('abort', () => {
      // A run whose time is up has failed: there is something to see.
      const looks = state.halt?.status === 'failed' && options.onFailed !== undefined;
      closing = lookThenClose(state, options, looks ? hastyLookMs : 0);
      giveUp = setTimeout(resolve, stopWithinMs + (looks ? hastyLookMs : 0));
    });
  });
  const disarm = armStops(flow, options);
  // Neither a step nor a journal that hangs may hold a run that was told to stop.
  await Promise.race([drive(fiber), givenUp]);
  disarm();
  state.parts.stuck?.close();
  const outcome = endOf(state, fiber);
  if (outcome.status === 'failed' && closing === undefined && outcome.error)
    await lookAtFailed(options, outcome.error, lookMs);
  const unwritten = await Promise.race([flushRest(state, outcome.status === 'completed'), givenUp]);
  await (closing ?? closeResources(options.resources, closeWithinMs));
  clearTimeout(giveUp);
  return outcome.status === 'completed' && unwritten ? { status: 'failed', output: {}, error: unwritten } : outcome;
}

/** Gives the error when the last rows could not be written. */
async function flushRest(state: RunState, completed: boolean): Promise<AppError | undefined> {
  try {
    await state.flushAll(completed);
    return undefined;
  } catch (thrown) {
    return asAppError(thrown);
  }
}

interface Prepared {
  state: RunState;
  flow: Flow;
  outputs: Outputs;
}

function prepare(whole: Program, options: RunOptions, redactor: Redactor, vault: OpenedVault): Prepared {
  const clock = options.clock ?? systemClock;
  const replay = readReplay(options.journal.load(), whole);
  const part = preparePartialRun(whole, options);
  const program = part?.program ?? whole;
  const { document } = program;
  const input = resolveInputs(document, options.input);
  if (replay?.state !== undefined) options.resources.restore(replay.state as RunBrowserState);
  const { onEvents } = options;
  const events = onEvents && createEventStream(onEvents, () => clock.now());
  // A resumed run keeps its time, or names made of it would change half way.
  const startedAt = replay?.startedAt ?? clock.now();
  const state = new RunState({
    runId: options.runId,
    startedAt,
    env: options.env ?? {},
    journal: options.journal,
    replay: replay?.steps,
    waits: replay?.waits ?? [],
    resources: { ...options.resources, http: guardHttp(options.resources.http, vault.hosts) },
    clock,
    random: options.random ?? Math.random,
    events,
    redactor,
    vault: vault.access,
    hosts: vault.hosts,
    control: options.control,
    called: createCalledWorkflows(whole, options.loadWorkflow),
    fleet: options.fleet ?? noFleet,
    stuck: events && createStuckWatch(options, () => clock.now(), events.emit),
    usePinned: options.usePinned ?? false,
    maxSteps: options.maxSteps ?? defaultMaxSteps,
    drive,
  });
  if (options.parkOnTasks) state.tasks = createOpenTasks((tasks) => state.stop(waitingFor(tasks)));
  const facts = { id: options.runId, workflowId: document.id, workflowName: document.name, startedAt };
  const flow = new Flow(state, {
    program,
    facts,
    input,
    vault: vault.scope,
    untilSlot: untilSlot(program, options.untilNode),
    depth: 0,
  });
  const outputs = new Outputs(0, (program.scopes[0] as ProgramScope).end);
  if (part) {
    flow.begin(part.variables);
    part.fill(outputs);
  }
  return { state, flow, outputs };
}

function waitingFor(tasks: readonly ParkedTask[]): Halt {
  const error = new AppError(
    'HUMAN_NEEDED',
    `The run waits for people: ${tasks.map(({ task }) => task.title).join(', ')}`,
  );
  return { status: 'parked', error, tasks };
}

function untilSlot(program: Program, untilNode: string | undefined): number {
  if (untilNode === undefined) return -1;
  const slot = program.slots.get(untilNode);
  if (slot !== undefined) return slot;
  throw new AppError(
    'NOT_FOUND',
    `The run should end after the step "${untilNode}", which is not part of the workflow.`,
  );
}

/** Cancel and the time limit of the workflow. */
function armStops({ run: state, program, facts }: Flow, { signal }: RunOptions): () => void {
  const cancel = () => {
    state.stop({ status: 'cancelled', error: new AppError('RUN_CANCELLED', 'The run was cancelled.') });
  };
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  const { timeoutMs } = program.document.settings;
  const timer = timeoutMs === undefined ? undefined : new AbortController();
  if (timeoutMs !== undefined && timer !== undefined) {
    state.clock.sleep(state.leftOf(timeoutMs, facts.startedAt), timer.signal).then(
      () => state.stop({ status: 'failed', error: runTimeout(timeoutMs) }),
      () => undefined,
    );
  }
  return () => {
    timer?.abort(timerOver);
    signal?.removeEventListener('abort', cancel);
  };
}

function runTimeout(timeoutMs: number): AppError {
  return new AppError('RUN_TIMEOUT', `The run took longer than its time limit of ${timeoutMs} ms.`, {
    details: { timeoutMs },
  });
}

function endOf(state: RunState, fiber: Fiber): Outcome {
  const { halt } = state;
  if (halt !== undefined) {
    const { status, error, inDoubtPath, tasks } = halt;
    return { status, output: {}, error, ...(inDoubtPath !== undefined && { inDoubtPath }), ...(tasks && { tasks }) };
  }
  const { end } = fiber;
  if (end?.kind === 'failed') reopenFailures(state);
  if (end?.kind === 'failed') return { status: 'failed', output: {}, error: end.failure.error };
  if (end?.kind === 'jump' && end.jump !== 'stop') {
    const error = new AppError('NODE_FAILED', `"${end.jump}" stands outside of a loop.`);
    return { status: 'failed', output: {}, error };
  }
  try {
    return { status: 'completed', output: readOutputs(fiber) };
  } catch (thrown) {
    return { status: 'failed', output: {}, error: asAppError(thrown) };
  }
}

/** It never began; whoever watches is told nevertheless. */
function failedBefore({ onEvents, clock = systemClock }: RunOptions, error: AppError, durationMs: number): RunResult {
  if (onEvents) {
    const events = createEventStream(onEvents, () => clock.now());
    events.emit({ type: 'run.finished', status: 'failed', durationMs, steps: 0, error: toWire(error) });
    events.flush();
  }
  return { status: 'failed', output: {}, error, steps: 0, replayedSteps: 0, durationMs };
}

function redactError(redactor: Redactor, error: AppError): AppError {
  const message = redactor.text(error.message);
  const details = redactor.value(error.details);
  if (message === error.message && details === error.details) return error;
  return new AppError(error.code, message, { status: error.status, retryable: error.retryable, details });
}

function emitEnd(state: RunState, result: RunResult): void {
  const { events } = state;
  if (events === undefined) return;
  const { status, steps, durationMs, error, output } = result;
  events.emit({ type: 'run.finished', status, durationMs, steps, output, ...(error && { error: toWire(error) }) });
  events.flush();
}

async function lookThenClose(state: RunState, options: RunOptions, withinMs: number): Promise<void> {
  if (withinMs > 0 && state.halt) await lookAtFailed(options, state.halt.error, withinMs);
  await keepThenClose(state, options.resources);
}

/** Whoever looks may fail or hang; the run has ended all the same. */
async function lookAtFailed({ onFailed }: RunOptions, error: AppError, withinMs: number): Promise<void> {
  if (!onFailed) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([onFailed(error).catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Somebody may take the run up again where it was stopped, so the browser is looked at once more before it closes. */
async function keepThenClose(state: RunState, resources: RunResources): Promise<void> {
  if (state.snapshotDue) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastLookMs);
    });
    await Promise.race([state.keepBrowser().catch(() => undefined), late]);
    clearTimeout(timer);
  }
  await closeResources(resources, stopWithinMs - lastLookMs);
}

/** Never rejects and never takes longer than it may: what does not close goes on closing by itself. */
async function closeResources(resources: RunResources, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  const close = async () => resources.close();
  await Promise.race([close().catch(() => undefined), late]);
  clearTimeout(timer);
}
