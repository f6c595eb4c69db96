import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunSummary } from '@casare/shared';
import Database from 'better-sqlite3';

/** Which runs there were on this machine; their journals lie beside it, one file each. */
export interface RunHistory {
  begin(run: Pick<RunSummary, 'runId' | 'workflowId' | 'workflowName' | 'startedAt'>): void;
  end(runId: string, status: RunSummary['status'], durationMs: number, error: RunSummary['error']): void;
  list(filter: { workflowId?: string; limit: number }): RunSummary[];
  close(): void;
}

interface Row {
  run_id: string;
  workflow_id: string;
  workflow_name: string;
  status: RunSummary['status'];
  started_at: number;
  duration_ms: number | null;
  error: string | null;
}

export function openRunHistory(path: string): RunHistory {
  mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec(`create table if not exists runs (
    run_id text primary key, workflow_id text not null, workflow_name text not null, status text not null,
    started_at integer not null, duration_ms integer, error text
  ) strict;
  create index if not exists runs_by_start on runs (started_at desc);`);
  // Whatever was running when the last host ended has ended with it.
  db.prepare(`update runs set status = 'cancelled' where status in ('running', 'paused')`).run();
  const insert = db.prepare(
    `insert into runs (run_id, workflow_id, workflow_name, status, started_at) values (?, ?, ?, 'running', ?)`,
  );
  const finish = db.prepare(`update runs set status = ?, duration_ms = ?, error = ? where run_id = ?`);
  const select = db.prepare<[string | null, string | null, number], Row>(
    `select * from runs where ? is null or workflow_id = ? order by started_at desc, rowid desc limit ?`,
  );
  return {
    begin: (run) => void insert.run(run.runId, run.workflowId, run.workflowName, run.startedAt),
    end: (runId, status, durationMs, error) =>
      void finish.run(status, Math.round(durationMs), error && JSON.stringify(error), runId),
    list: ({ workflowId = null, limit }) => select.all(workflowId, workflowId, limit).map(toSummary),
    close: () => db.close(),
  };
}

function toSummary(row: Row): RunSummary {
  return {
    runId: row.run_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    status: row.status,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    error: row.error === null ? null : (JSON.parse(row.error) as RunSummary['error']),
  };
}
