import { AppError } from '@casare/shared';
import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AddedItem, ItemReport, NewQueueItem, QueueItem, Queues, TakeItem } from '../queues.ts';
import { type ItemRow, itemOf, priorities, tables } from './queue-tables.ts';

export interface LocalQueues extends Queues {
  close(): void;
}

/** Queues in a file, for all runs of this machine that name the same one; also at the same time. */
export function openLocalQueues(path: string, now: () => number = Date.now): LocalQueues {
  let db: Database.Database | undefined;

  /** Opened when the first run needs it. */
  function open(): Database.Database {
    if (db) return db;
    mkdirSync(dirname(path), { recursive: true });
    db = new Database(path, { timeout: 10_000 });
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = full');
    db.exec(tables);
    return db;
  }

  /** With the lock for writing from the beginning: what was read still holds when it is written. */
  function inTransaction<Result>(work: (db: Database.Database) => Result): Promise<Result> {
    try {
      const file = open();
      return Promise.resolve(file.transaction(() => work(file)).immediate());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  function find(file: Database.Database, id: string): ItemRow | undefined {
    return file.prepare<[string], ItemRow>('select * from items where id = ?').get(id);
  }

  function found(file: Database.Database, id: string): ItemRow {
    const row = find(file, id);
    if (!row) throw new AppError('NOT_FOUND', `There is no queue item ${id}.`);
    return row;
  }

  function retry(file: Database.Database, row: ItemRow): boolean {
    if (row.attempt > row.max_retries) return false;
    file
      .prepare(
        `insert into items (id, queue, reference, unique_reference, priority, data, status, deadline, attempt, max_retries, created_at)
         values (?, ?, ?, ?, ?, ?, 'new', ?, ?, ?, ?)`,
      )
      .run(
        randomUUID(),
        row.queue,
        row.reference,
        row.unique_reference,
        row.priority,
        row.data,
        row.deadline,
        row.attempt + 1,
        row.max_retries,
        now(),
      );
    return true;
  }

  /** Holders that were not heard of any more have lost their items. */
  function abandonExpired(file: Database.Database): void {
    const lost = file
      .prepare<[number], ItemRow>("select * from items where status = 'inProgress' and locked_until <= ?")
      .all(now());
    for (const row of lost) {
      file.prepare("update items set status = 'abandoned', ended_at = ? where id = ?").run(now(), row.id);
      retry(file, row);
    }
  }

  function add(file: Database.Database, item: NewQueueItem): AddedItem {
    const own = file.prepare<[string], ItemRow>('select * from items where effect_key = ?').get(item.effectKey);
    if (own) return { item: itemOf(own), added: true };
    const known =
      item.reference !== null && item.uniqueReference
        ? file
            .prepare<[string, string], ItemRow>(
              'select * from items where queue = ? and reference = ? order by number desc',
            )
            .get(item.queue, item.reference)
        : undefined;
    if (known) return { item: itemOf(known), added: false };
    const id = randomUUID();
    file
      .prepare(
        `insert into items (id, queue, reference, unique_reference, priority, data, status, deadline, postponed_until, max_retries, effect_key, created_at)
         values (?, ?, ?, ?, ?, ?, 'new', ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        item.queue,
        item.reference,
        item.uniqueReference ? 1 : 0,
        priorities.indexOf(item.priority),
        JSON.stringify(item.data),
        item.deadline,
        item.postponedUntil,
        item.maxRetries ?? 1,
        item.effectKey,
        now(),
      );
    return { item: itemOf(found(file, id)), added: true };
  }

  function take(file: Database.Database, { queue, effectKey, lockMs }: TakeItem): QueueItem | undefined {
    abandonExpired(file);
    const held = file
      .prepare<[string], ItemRow>("select * from items where lock = ? and status = 'inProgress'")
      .get(effectKey);
    if (held) return itemOf(held);
    const row = file
      .prepare<[string, number, number], ItemRow>(
        `select * from items where queue = ? and status = 'new' and coalesce(postponed_until, 0) <= ?
         order by coalesce(deadline <= ?, 0) desc, priority desc, deadline is null, deadline, number limit 1`,
      )
      .get(queue, now(), now());
    if (!row) return undefined;
    file
      .prepare(
        "update items set status = 'inProgress', lock = ?, lock_ms = ?, locked_until = ?, started_at = ? where id = ?",
      )
      .run(effectKey, lockMs, now() + lockMs, now(), row.id);
    return itemOf(found(file, row.id));
  }

  /** A report that comes late counts as long as nobody looked for lost items since: there is no other holder it could disturb. */
  function report(file: Database.Database, id: string, lock: string, said: ItemReport): QueueItem {
    const row = found(file, id);
    const text = JSON.stringify(said);
    if (row.lock !== lock || row.status !== 'inProgress') {
      if (row.lock === lock && row.report === text) return itemOf(row);
      throw new AppError(
        'STALE_LEASE',
        `The queue item ${row.reference ?? row.id} is no longer held by this run (it is ${row.status}); nothing was changed. Take items with a longer lock, or report progress more often.`,
        { details: { itemId: id, status: row.status } },
      );
    }
    if (said.status === 'inProgress') {
      file
        .prepare('update items set progress = ?, locked_until = ?, report = ? where id = ?')
        .run(said.progress, now() + row.lock_ms, text, id);
    } else if (said.status === 'postponed') {
      file
        .prepare("update items set status = 'new', postponed_until = ?, locked_until = null, report = ? where id = ?")
        .run(said.until, text, id);
    } else {
      const failure = said.status === 'failed' ? JSON.stringify({ kind: said.kind, reason: said.reason }) : null;
      const again = said.status === 'failed' && said.kind === 'application' && retry(file, row);
      file
        .prepare(
          'update items set status = ?, failure = ?, output = ?, ended_at = ?, locked_until = null, report = ? where id = ?',
        )
        .run(again ? 'retried' : said.status, failure, JSON.stringify(said.output ?? null), now(), text, id);
    }
    return itemOf(found(file, id));
  }

  return {
    add: (item) => inTransaction((file) => add(file, item)),
    next: (request) => inTransaction((file) => take(file, request)),
    report: (id, lock, said) => inTransaction((file) => report(file, id, lock, said)),
    close() {
      db?.close();
      db = undefined;
    },
  };
}
