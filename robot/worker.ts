import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createRegistry,
  createRedactor,
  createRunControl,
  createRunResources,
  type Journal,
  loadPacks,
  networkPolicy,
  openSqliteJournal,
  run,
} from '@casare/engine';
import {
  AppError,
  asAppError,
  type ClaimedJob,
  type LogLine,
  resolveInputs,
  type RunEvent,
  stepIdOf,
  stepOfRun,
  toWire,
} from '@casare/shared';
import { robotFailpoint } from './failpoint.ts';
import { needsDesktop, requireSession } from './doctor/check-session.ts';
import { type Evidence, takeEvidence, takePictures } from './evidence/look.ts';
import { LARGEST_OUTPUT } from './limits.ts';
import { createLogLimit } from './log-limit.ts';
import { holdJobLock } from './job-lock.ts';
import { createStepTimes } from './tracing/step-times.ts';
import type { FromWorker, ToWorker, WorkerOutcome, WorkerSettings } from './worker-messages.ts';
import { createWorkerQuestions, withoutBreakpoints } from './worker-questions.ts';

/** One job in a process of its own: started by the agent with `fork`, told what to do by messages, gone when the job has ended. */
const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
/** Read while this worker waits for its job. */
const registry = loadPacks(settings.packs).then(({ nodes }) => createRegistry([...builtinNodes, ...nodes]));
const failpoint = robotFailpoint(settings.failAt, process.ppid);
const abort = new AbortController();
const control = createRunControl();
const barriers = new Map<number, { resolve(): void; reject(error: AppError): void }>();
const questions = createWorkerQuestions(send);
const logLimit = createLogLimit(() => performance.now());
/** Knows the secrets of the run, also for what is shown beside it. */
const redactor = createRedactor();
/** Pictures of what the run has open; nothing before it began. */
let showNow: () => Promise<Evidence[]> = () => Promise.resolve([]);
/** Set when the job is known, if anybody wants to know. */
let stepTimes: ReturnType<typeof createStepTimes> | undefined;
let released = false;
/** The workflow may have more than one step running. */
let severalAtOnce = false;
/** How long a step that runs when the job is handed back may take to end. */
const FINISH_STEP_MS = 1500;
/** An output with a secret in it is sealed as a whole, which may take a third more room. */
const SEALED_SHARE = 0.7;

process.on('message', (message: ToWorker) => {
  if (message.type === 'start') void work(message.job, message.folder);
  else if (message.type === 'cancel') abort.abort(new AppError('RUN_CANCELLED', 'The job was cancelled.'));
  else if (message.type === 'release') release();
  else if (message.type === 'look') void look(message.id);
  else if (message.type === 'answer' || message.type === 'refusal') questions.hear(message);
  else settleBarrier(message.id, message.ok);
});
// Without its agent a worker can report nothing and may no longer act: the job goes on from its journal elsewhere.
process.on('disconnect', endAtOnce);

/** With what it started: it leads a process group of its own (a browser sees the end of its pipe). */
function endAtOnce(): void {
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit(1);
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Steps that run may end; what waits (a delay, a slow page) is cut off and goes on elsewhere. */
function release(): void {
  if (released) return;
  released = true;
  control.pause();
  setTimeout(stopReleased, FINISH_STEP_MS);
}

function stopReleased(): void {
  abort.abort(new AppError('RUN_CANCELLED', 'The robot is stopping; the job goes on elsewhere.'));
}

async function look(id: number): Promise<void> {
  const evidence = settings.evidence.pictures ? await showNow().catch(() => []) : [];
  send({ type: 'looked', id, evidence });
}

function settleBarrier(id: number, ok: boolean): void {
  const waiting = barriers.get(id);
  barriers.delete(id);
  if (ok) waiting?.resolve();
  else
    waiting?.reject(
      new AppError('STALE_LEASE', 'This robot no longer holds the job; nothing more may be done for it.'),
    );
}

async function work(job: ClaimedJob, folder: string): Promise<void> {
  let outcome: WorkerOutcome;
  try {
    const lock = await holdJobLock(folder);
    outcome = await execute(job, folder);
    lock.release();
  } catch (error) {
    outcome = { status: 'failed', error: toWire(asAppError(error)) };
  }
  const rest = logLimit.end();
  if (rest.length > 0) send({ type: 'logs', lines: rest });
  process.send?.({ type: 'ended', outcome } satisfies FromWorker, () => process.exit(0));
}

async function execute(job: ClaimedJob, folder: string): Promise<WorkerOutcome> {
  const program = compile(forRobot(job), await registry);
  severalAtOnce = job.workflow.nodes.some(
    ({ type, params }) =>
      type === 'control.parallel' || type === 'workflow.call' || params['concurrency'] !== undefined,
  );
  const input = resolveInputs(job.workflow, job.input);
  const journal = reportingJournal(
    openSqliteJournal({
      path: join(folder, 'journal.sqlite'),
      runId: job.jobId,
      key: Buffer.from(job.journalKey, 'base64'),
    }),
  );
  if (settings.traced) stepTimes = createStepTimes(new Map(job.workflow.nodes.map(({ id, type }) => [id, type])));
  const usesDesktop = needsDesktop(job.workflow);
  const resources = createRunResources({
    folder: join(folder, 'files'),
    holder: `job ${job.jobId}`,
    programs: settings.programs,
    httpPolicy: networkPolicy(settings.network),
    queues: questions.queues,
    browser: { trace: settings.evidence.trace },
  });
  const parts = { resources, redactor, settings: settings.evidence, usesDesktop, folder };
  showNow = () => takePictures(parts);
  try {
    if (usesDesktop) await requireSession();
    const result = await run(program, {
      runId: job.jobId,
      input,
      journal,
      resources,
      signal: abort.signal,
      control,
      onEvents: reportEvents,
      redactor,
      onFailed: async () => send({ type: 'evidence', evidence: await takeEvidence(parts) }),
      loadWorkflow: questions.loadWorkflow,
      readVault: questions.readVault,
      fleet: questions.fleet,
      parkOnTasks: true,
    });
    if (released && result.status === 'cancelled') return { status: 'released' };
    if (result.tasks) return { status: 'waiting', tasks: result.tasks };
    const error = toWire(result.error ?? new AppError('INTERNAL', 'The run ended without a reason.'));
    if (result.status === 'completed') return { status: 'completed', output: result.output };
    if (result.status === 'parked') return { status: 'parked', error, path: result.inDoubtPath ?? '' };
    return { status: result.status, error };
  } finally {
    await journal.close();
  }
}

/** Nobody sits at a robot: its runs stop at no breakpoint. The time limit is that of the job, which may be another than the workflow's. */
function forRobot({ workflow, timeoutMs }: ClaimedJob): ClaimedJob['workflow'] {
  return {
    ...withoutBreakpoints(workflow),
    settings: { ...workflow.settings, ...(timeoutMs !== null && { timeoutMs }) },
  };
}

/** The local journal, with the agent told what is durable and asked before an effect. */
function reportingJournal(local: Journal): Journal {
  let nextBarrier = 1;
  let last = 0;
  /** Steps that announced an effect and have not ended. */
  const acting = new Set<string>();
  return {
    load() {
      const rows = local.load();
      last = rows.at(-1)?.seq ?? 0;
      return rows;
    },
    append(row, shown) {
      if (row.output !== undefined) refuseLarge(row.nodeId, row.output, shown === undefined ? 1 : SEALED_SHARE);
      if (row.kind === 'started') acting.add(row.path);
      else if (acting.delete(row.path)) failpoint.reach('effect.done');
      const numbered = local.append(row, shown);
      last = numbered.seq;
      return numbered;
    },
    async flush(reason) {
      await local.flush(reason);
      failpoint.reach('rows.durable');
      send({ type: 'journaled', seq: last });
      if (reason !== 'effect') return;
      const id = nextBarrier++;
      const passed = new Promise<void>((resolve, reject) => barriers.set(id, { resolve, reject }));
      send({ type: 'barrier', id, seq: last });
      await Promise.race([passed, aborted()]);
      failpoint.reach('intent.durable');
    },
    close: () => local.close(),
  };
}

function refuseLarge(nodeId: string, output: unknown, share: number): void {
  const size = typeof output === 'object' || typeof output === 'string' ? JSON.stringify(output).length : 0;
  const limit = LARGEST_OUTPUT * share;
  if (size <= limit) return;
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `The output of "${nodeId}" has ${Math.ceil(size / 1_048_576)} MB; a robot keeps up to ${Math.floor(limit / 1_048_576)} MB per step${share < 1 ? ' that holds a secret' : ''}. Write it to a file, or keep less of it.`,
  );
}

function aborted(): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(asAppError(abort.signal.reason, 'RUN_CANCELLED'));
    if (abort.signal.aborted) stop();
    else abort.signal.addEventListener('abort', stop, { once: true });
  });
}

/** The fleet shows the job's own workflow: for a step of a called one, the step that called it. */
function shownNode(path: string): string {
  return stepIdOf(stepOfRun(path));
}

function reportEvents(events: RunEvent[]): void {
  const lines: Omit<LogLine, 'seq'>[] = [];
  let current: { currentNode: string; fraction?: number } | undefined;
  for (const event of events) {
    // The only step that ran has ended; with several at once the others get their time.
    if (event.type === 'run.paused' && released && !severalAtOnce) stopReleased();
    if (event.type === 'node.log') {
      lines.push({
        at: event.at,
        level: event.level,
        nodeId: event.nodeId,
        path: event.path,
        message: event.message.slice(0, 16_384),
        ...(event.data !== undefined && { data: event.data as LogLine['data'] }),
      });
    } else if (event.type === 'node.failed') {
      lines.push({
        at: event.at,
        level: event.handled ? 'warn' : 'error',
        nodeId: event.nodeId,
        path: event.path,
        message: `${event.error.code}: ${event.error.message}`.slice(0, 16_384),
      });
    } else if (event.type === 'node.retrying') {
      lines.push({
        at: event.at,
        level: 'warn',
        nodeId: event.nodeId,
        path: event.path,
        message: `Try ${event.attempt} follows in ${Math.round(event.delayMs)} ms: ${event.error.message}`.slice(
          0,
          16_384,
        ),
      });
    } else if (event.type === 'node.started') current = { currentNode: shownNode(event.path) };
    else if (event.type === 'node.progress') current = { currentNode: shownNode(event.path), fraction: event.fraction };
  }
  const ended = stepTimes?.take(events);
  if (ended && ended.steps.length + ended.more > 0) send({ type: 'steps', ...ended });
  const kept = logLimit.admit(lines);
  if (kept.length > 0) send({ type: 'logs', lines: kept });
  if (current) send({ type: 'progress', ...current });
}
