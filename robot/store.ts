import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError, type ClaimedJob, type LogLine } from '@casare/shared';
import Database from 'better-sqlite3';
import { type CommandTable, openCommandTable } from './commands/command-table.ts';
import type { EndReport } from './end-report.ts';
import { type JobAtRest, sealJob } from './held-input.ts';

export interface HeldJob {
  job: ClaimedJob;
  end: EndReport | undefined;
}

/** As it lies on the disk: what it was given is readable only with the key of the job, which the orchestrator has. */
export interface JobOnDisk {
  job: JobAtRest;
  end: EndReport | undefined;
}

/**
 * What the robot must not forget: the jobs it holds, the claim it is making, log lines and end reports that are not delivered yet.
 * One process at a time: the file is locked as long as it is open (ALREADY_RUNNING).
 */
export interface RobotStore {
  /** The claim key in use; a new one only after `keepClaimed`, so a lost answer is asked for again. */
  claimKey(): string;
  /** Keeps claimed jobs and retires the claim key, in one transaction. */
  keepClaimed(jobs: readonly ClaimedJob[]): void;
  heldJobs(): JobOnDisk[];
  keepEnd(jobId: string, end: EndReport): void;
  appendLogs(jobId: string, lines: readonly Omit<LogLine, 'seq'>[]): void;
  undeliveredLogs(jobId: string, limit: number): LogLine[];
  logsDelivered(jobId: string, lastSeq: number): void;
  forget(jobId: string): void;
  /** Log lines and ends that are not delivered. */
  waiting(): number;
  readonly commands: CommandTable;
  close(): void;
}

const STORE_FILE = 'robot.sqlite';
const MAX_WAITING_LOGS = 50_000;

export function openRobotStore(folder: string): RobotStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Somebody who only looks whether the folder is in use holds it for a moment.
  const db = openLocked(join(folder, STORE_FILE), 1000);
  db.exec(`
    create table if not exists jobs (job_id text primary key, claimed text not null, end text, log_seq integer not null default 0) strict;
    create table if not exists logs (job_id text not null, seq integer not null, line text not null, primary key (job_id, seq)) strict, without rowid;
    create table if not exists claim (key text not null) strict;`);
  const statements = {
    claimKey: db.prepare<[], { key: string }>('select key from claim'),
    setClaimKey: db.prepare('insert into claim (key) values (?)'),
    dropClaimKey: db.prepare('delete from claim'),
    insertJob: db.prepare(`insert into jobs (job_id, claimed, log_seq) values (?, ?, ?)
      on conflict (job_id) do update set claimed = excluded.claimed, end = null, log_seq = excluded.log_seq`),
    jobs: db.prepare<[], { claimed: string; end: string | null }>('select claimed, end from jobs order by rowid'),
    setEnd: db.prepare('update jobs set end = ? where job_id = ?'),
    nextLog: db.prepare<[number, string], { log_seq: number }>(
      'update jobs set log_seq = log_seq + ? where job_id = ? returning log_seq',
    ),
    waiting: db.prepare<[string], { n: number }>('select count(*) as n from logs where job_id = ?'),
    allWaiting: db.prepare<[], { n: number }>(
      'select (select count(*) from logs) + (select count(*) from jobs where end is not null) as n',
    ),
    insertLog: db.prepare('insert into logs (job_id, seq, line) values (?, ?, ?)'),
    logs: db.prepare<[string, number], { line: string }>('select line from logs where job_id = ? order by seq limit ?'),
    dropLogs: db.prepare('delete from logs where job_id = ? and seq <= ?'),
    dropAllLogs: db.prepare('delete from logs where job_id = ?'),
    dropJob: db.prepare('delete from jobs where job_id = ?'),
  };
  const keepClaimed = db.transaction((jobs: readonly ClaimedJob[]) => {
    for (const job of jobs) statements.insertJob.run(job.jobId, JSON.stringify(sealJob(job)), job.logSeq);
    statements.dropClaimKey.run();
  });
  const appendLogs = db.transaction((jobId: string, lines: readonly Omit<LogLine, 'seq'>[]) => {
    const room = MAX_WAITING_LOGS - (statements.waiting.get(jobId)?.n ?? 0);
    const kept: Omit<LogLine, 'seq'>[] = lines.slice(0, Math.max(0, room));
    const last = lines.at(-1);
    if (last && kept.length < lines.length && room > 0) {
      kept[kept.length - 1] = {
        at: last.at,
        level: 'warn',
        message: `Log lines were dropped: more than ${MAX_WAITING_LOGS} wait to be sent.`,
      };
    }
    const end = statements.nextLog.get(kept.length, jobId)?.log_seq;
    if (end === undefined) return;
    kept.forEach((line, i) =>
      statements.insertLog.run(
        jobId,
        end - kept.length + i + 1,
        JSON.stringify({ seq: end - kept.length + i + 1, ...line }),
      ),
    );
  });
  const forget = db.transaction((jobId: string) => {
    statements.dropAllLogs.run(jobId);
    statements.dropJob.run(jobId);
  });
  return {
    claimKey() {
      const current = statements.claimKey.get()?.key;
      if (current !== undefined) return current;
      const key = randomUUID();
      statements.setClaimKey.run(key);
      return key;
    },
    keepClaimed: (jobs) => void keepClaimed(jobs),
    heldJobs: () =>
      statements.jobs.all().map((row) => ({
        job: JSON.parse(row.claimed) as JobAtRest,
        end: row.end === null ? undefined : (JSON.parse(row.end) as EndReport),
      })),
    keepEnd: (jobId, end) => void statements.setEnd.run(JSON.stringify(end), jobId),
    appendLogs: (jobId, lines) => void appendLogs(jobId, lines),
    undeliveredLogs: (jobId, limit) => statements.logs.all(jobId, limit).map((row) => JSON.parse(row.line) as LogLine),
    logsDelivered: (jobId, lastSeq) => void statements.dropLogs.run(jobId, lastSeq),
    forget: (jobId) => void forget(jobId),
    waiting: () => statements.allWaiting.get()?.n ?? 0,
    commands: openCommandTable(db),
    close: () => db.close(),
  };
}

/** Whether a robot works in this folder now. */
export function isStoreHeld(folder: string): boolean {
  const path = join(folder, STORE_FILE);
  if (!existsSync(path)) return false;
  try {
    openLocked(path, 0).close();
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ALREADY_RUNNING') return true;
    throw error;
  }
}

function openLocked(path: string, timeout: number): Database.Database {
  const db = new Database(path, { timeout });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // The exclusive lock is taken by the first write.
    db.exec('begin immediate; commit;');
    return db;
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new AppError(
      'ALREADY_RUNNING',
      `Another robot works in ${dirname(path)}. Stop it first ("casare robot stop"), or give this one another ROBOT_DATA.`,
      { cause: error },
    );
  }
}
