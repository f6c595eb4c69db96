import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createRegistry,
  createRunControl,
  createRunResources,
  type JournalReader,
  openJournalReader,
  openSqliteJournal,
  type RunControl,
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
import type { RunHistory } from './run-history.ts';

/** Events reach the studio in batches, one per this many milliseconds at most. */
const EVENT_PAUSE_MS = 50;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface LocalRunsOptions {
  /** One folder per run is made here: its journal and the files it writes. */
  runsFolder: string;
  /** Where relative input files are looked for. */
  sourceFolder: string;
  history: RunHistory;
  sandbox?: RunResourcesOptions['sandbox'];
  emit(runId: string, events: RunEvent[]): void;
}

export interface LocalRuns {
  start(request: HostArgument<'run.start'>): HostReply<'run.start'>;
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
  const registry = createRegistry(builtinNodes);
  const active = new Map<string, ActiveRun>();

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

  return {
    start(request) {
      const program = compile(request.document, registry);
      const input = resolveInputs(request.document, request.input);
      const runId = randomUUID();
      const folder = join(options.runsFolder, runId);
      mkdirSync(folder, { recursive: true });
      const control = request.debug ? createRunControl() : undefined;
      const abort = new AbortController();
      const journal = openSqliteJournal(journalPath(runId));
      const events = batchEvents((batch) => options.emit(runId, batch));
      const startedAt = Date.now();
      options.history.begin({ runId, workflowId: request.document.id, workflowName: request.document.name, startedAt });
      const ended = run(program, {
        runId,
        input,
        journal,
        resources: createRunResources({
          folder,
          sourceFolder: options.sourceFolder,
          browser: { headless: request.headless },
          ...(options.sandbox && { sandbox: options.sandbox }),
        }),
        signal: abort.signal,
        onEvents: events.add,
        usePinned: request.debug,
        ...(request.untilNode !== undefined && { untilNode: request.untilNode }),
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
    steps: (runId, after, limit) => readJournal(runId, (journal) => journal.after(after, limit)),
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
