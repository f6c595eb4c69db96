import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createRegistry,
  createRunControl,
  createRunResources,
  openSqliteJournal,
  type RunControl,
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
  control: RunControl;
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

  function readSteps(runId: string): StepRow[] {
    active.get(runId)?.flush();
    const journal = openSqliteJournal(journalPath(runId), { readOnly: true });
    try {
      return [...journal.load()];
    } finally {
      void journal.close();
    }
  }

  return {
    start(request) {
      const program = compile(request.document, registry);
      const input = resolveInputs(request.document, request.input);
      const runId = randomUUID();
      const folder = join(options.runsFolder, runId);
      mkdirSync(folder, { recursive: true });
      const control = createRunControl();
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
        }),
        signal: abort.signal,
        onEvents: events.add,
        usePinned: request.debug,
        ...(request.untilNode !== undefined && { untilNode: request.untilNode }),
        ...(request.debug && { control }),
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
      const done = ended.finally(async () => {
        events.flush();
        active.delete(runId);
        await journal.close();
      });
      active.set(runId, { control, abort, done, flush: () => void journal.flush('batch') });
      return { runId };
    },
    stop: (runId) => find(runId).abort.abort(),
    control: (runId) => find(runId).control,
    steps: (runId, after, limit) =>
      readSteps(runId)
        .filter((row) => row.seq > after)
        .slice(0, limit),
    output(runId, path) {
      const row = readSteps(runId).findLast((step) => step.path === path && step.kind === 'finished');
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
