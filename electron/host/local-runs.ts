import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  compile,
  createRunControl,
  createResourceManager,
  type JournalReader,
  type People,
  type Queues,
  type ReadVault,
  openJournalReader,
  openSqliteJournal,
  readJournalKey,
  type RecordedContext,
  type RunControl,
  type RunOptions,
  type RunResourcesOptions,
  run,
} from '@casare/engine';
import {
  AppError,
  asAppError,
  type HostArgument,
  type HostReply,
  resolveInputs,
  type RunEvent,
  type StepRow,
} from '@casare/shared';
import type { LocalNodes } from './local-nodes.ts';
import { keepSource, readSource, rowsStillTrue } from './partial-source.ts';
import type { RunHistory } from './run-history.ts';
import { createStepTimes } from './step-times.ts';

/** Events reach the studio in batches, one per this many milliseconds at most. */
const EVENT_PAUSE_MS = 50;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface LocalRunsOptions {
  /** One folder per run is made here: its journal and the files it writes. */
  runsFolder: string;
  /** Holds what seals the secrets in the journals; made at the first run. */
  journalKeyFile: string;
  /** Where relative input files are looked for. */
  sourceFolder: string;
  history: RunHistory;
  /** What can be run: known once the packs of this machine were asked. */
  nodes: Promise<LocalNodes>;
  /** Documents that runs call, by id. */
  findWorkflow: NonNullable<RunOptions['loadWorkflow']>;
  sandbox?: RunResourcesOptions['sandbox'];
  /** Those whom a run asks. */
  people(runId: string): People;
  queues: Queues;
  readVault: ReadVault;
  emit(runId: string, events: RunEvent[]): void;
}

export interface LocalRuns {
  start(request: HostArgument<'run.start'>): Promise<HostReply<'run.start'>>;
  stop(runId: string): void;
  control(runId: string): RunControl;
  steps(runId: string, after: number, limit: number): StepRow[];
  output(runId: string, path: string): HostReply<'runs.output'>;
  /** Stops what runs and waits for it. */
  close(): Promise<void>;
}

interface ActiveRun {
  /** Only while debugging. */
  control: RunControl | undefined;
  abort: AbortController;
  done: Promise<void>;
  /** Makes what the journal holds readable from its file. */
  flush(): void;
}

/** Runs workflows on this machine with the same engine that robots use. */
export function createLocalRuns(options: LocalRunsOptions): LocalRuns {
  const active = new Map<string, ActiveRun>();
  const times = createStepTimes();
  /** Runs one after the other find a warm browser and open connections. */
  const manager = createResourceManager();

  function journalPath(runId: string): string {
    if (!/^[0-9a-f-]{36}$/.test(runId)) throw new AppError('NOT_FOUND', 'There is no such run.');
    return join(options.runsFolder, runId, 'journal.sqlite');
  }

  function find(runId: string): ActiveRun {
    const found = active.get(runId);
    if (!found) throw new AppError('CONFLICT', 'This run has ended already.');
    return found;
  }

  function readJournal<Result>(runId: string, read: (journal: JournalReader) => Result): Result {
    active.get(runId)?.flush();
    const path = journalPath(runId);
    if (!existsSync(path)) throw new AppError('NOT_FOUND', 'There is no such run on this machine (any more).');
    const journal = openJournalReader(path);
    try {
      return read(journal);
    } finally {
      journal.close();
    }
  }

  /** What an earlier run left; its secrets come with it. A partial one stands on what it began with itself. */
  function recordedIn(runId: string): RecordedContext & { rows: readonly StepRow[] } {
    active.get(runId)?.flush();
    const path = journalPath(runId);
    if (!existsSync(path))
      throw new AppError(
        'NOT_FOUND',
        'The earlier run is not on this machine (any more). Run the whole workflow once.',
      );
    const journal = openSqliteJournal({ path, runId, key: readJournalKey(options.journalKeyFile) });
    try {
      const rows = journal.load();
      const source = readSource(join(options.runsFolder, runId));
      if (!source || !existsSync(journalPath(source.fromRun))) return { rows };
      return { rows: [...rowsStillTrue(recordedIn(source.fromRun).rows, source), ...rows] };
    } finally {
      void journal.close();
    }
  }

  return {
    async start(request) {
      const program = compile(request.document, (await options.nodes).registry);
      const input = resolveInputs(request.document, request.input);
      const recorded = request.fromRun === undefined ? undefined : recordedIn(request.fromRun);
      const runId = randomUUID();
      const folder = join(options.runsFolder, runId);
      mkdirSync(folder, { recursive: true });
      keepSource(folder, request);
      const { debug, paused, breakpoints } = request;
      const control = debug || paused ? createRunControl({ paused, ...(breakpoints && { breakpoints }) }) : undefined;
      const abort = new AbortController();
      const journal = openSqliteJournal({
        path: journalPath(runId),
        runId,
        key: readJournalKey(options.journalKeyFile),
      });
      const workflowId = request.document.id;
      const events = batchEvents((batch) => {
        times.note(workflowId, batch);
        options.emit(runId, batch);
      });
      const startedAt = Date.now();
      options.history.begin({ runId, workflowId: request.document.id, workflowName: request.document.name, startedAt });
      const ended = run(program, {
        runId,
        input,
        journal,
        resources: manager.forRun({
          folder,
          holder: `the run of "${request.document.name}"`,
          sourceFolder: options.sourceFolder,
          browser: { headless: request.headless },
          people: options.people(runId),
          queues: options.queues,
          // Whoever starts a run here could start any program by hand.
          programs: 'any',
          ...(options.sandbox && { sandbox: options.sandbox }),
        }),
        signal: abort.signal,
        onEvents: events.add,
        usePinned: request.debug,
        ...(request.untilNode !== undefined && { untilNode: request.untilNode }),
        ...(request.fromNode !== undefined && { fromNode: request.fromNode }),
        ...(request.onlyNodes && { onlyNodes: request.onlyNodes }),
        ...(recorded && { recorded }),
        loadWorkflow: options.findWorkflow,
        readVault: options.readVault,
        expectedMs: (step) => times.longest(step.workflowId, step.nodeId),
        ...(control && { control }),
      }).then(
        (result) => {
          const error = result.error ? { code: result.error.code, message: result.error.message } : null;
          options.history.end(runId, result.status, result.durationMs, error);
        },
        (error: unknown) => {
          const failure = asAppError(error);
          options.history.end(runId, 'failed', Date.now() - startedAt, {
            code: failure.code,
            message: failure.message,
          });
        },
      );
      const close = () => {
        events.flush();
        active.delete(runId);
        return journal.close();
      };
      // A disk too full to note the end must not end the host: the next start shows the run as cancelled.
      const done = ended
        .then(close, close)
        .catch((error: unknown) => console.error(`The end of run ${runId} could not be kept:`, error));
      active.set(runId, { control, abort, done, flush: () => void journal.flush('batch') });
      return { runId };
    },
    stop: (runId) => find(runId).abort.abort(),
    control(runId) {
      const { control } = find(runId);
      if (!control)
        throw new AppError('CONFLICT', 'This run was started without debugging. Start it with "Run" (F5) to pause it.');
      return control;
    },
    steps: (runId, after, limit) =>
      readJournal(runId, (journal) => journal.after(after, limit).map(({ sealed: _, ...row }) => row)),
    output(runId, path) {
      const row = readJournal(runId, (journal) => journal.finished(path));
      if (!row) throw new AppError('NOT_FOUND', `The step ${path} has not finished in this run.`);
      const text = JSON.stringify(row.output ?? null);
      if (text.length > MAX_OUTPUT_BYTES) return { output: text.slice(0, MAX_OUTPUT_BYTES), truncated: true };
      return { output: row.output ?? null, truncated: false };
    },
    async close() {
      for (const entry of active.values()) entry.abort.abort();
      await Promise.all([...active.values()].map((entry) => entry.done));
      await manager.close();
    },
  };
}

function batchEvents(emit: (events: RunEvent[]) => void) {
  let waiting: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    emit(batch);
  };
  return {
    add(events: RunEvent[]) {
      waiting.push(...events);
      timer ??= setTimeout(flush, EVENT_PAUSE_MS);
    },
    flush,
  };
}
