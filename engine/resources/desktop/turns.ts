import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@casare/shared';
import type BetterSqlite from 'better-sqlite3';

const lookMs = 100;

export interface DesktopTurn {
  /** The next one may. Never throws. */
  end(): void;
}

interface Ticket {
  id: number;
  pid: number;
  born: string;
  holder: string;
  since: number;
}

const schema = `
  create table if not exists tickets (
    id integer primary key autoincrement,
    pid integer not null,
    born text not null,
    holder text not null,
    since integer not null
  ) strict;
`;

/**
 * A desktop has one mouse, so one run has it at a time, whichever process it is in. Everybody draws a number in a file beside the
 * desktop; the lowest number of a living process has its turn. A process that dies gives its turn back by that alone.
 */
export async function takeTurn(
  desktop: string,
  holder: string,
  signal: AbortSignal,
  waitMs: number,
  folder = turnsFolder(),
): Promise<DesktopTurn> {
  signal.throwIfAborted();
  const { default: Database } = await import('better-sqlite3');
  const name = createHash('sha256').update(desktop).digest('hex').slice(0, 16);
  const database = new Database(join(folder, `${name}.sqlite`), { timeout: 5000 });
  try {
    // It means nothing after a power loss, so nobody waits for the disk.
    database.pragma('synchronous = off');
    database.exec(schema);
    const id = draw(database, holder);
    const turn = { end: () => leave(database, id) };
    try {
      await waitForTurn(database, id, signal, waitMs);
      return turn;
    } catch (error) {
      turn.end();
      throw error;
    }
  } catch (error) {
    if (database.open) database.close();
    throw error;
  }
}

function draw(database: BetterSqlite.Database, holder: string): number {
  const insert = database.prepare('insert into tickets (pid, born, holder, since) values (?, ?, ?, ?)');
  return Number(insert.run(process.pid, bornAt(process.pid) ?? '', holder, Date.now()).lastInsertRowid);
}

async function waitForTurn(database: BetterSqlite.Database, id: number, signal: AbortSignal, waitMs: number) {
  const startedAt = performance.now();
  for (;;) {
    const first = firstAlive(database);
    if (first === undefined || first.id === id) return;
    if (performance.now() - startedAt >= waitMs) throw busy(first, waitMs);
    await delay(lookMs, undefined, { signal });
  }
}

/** Numbers of processes that are gone count no more. */
function firstAlive(database: BetterSqlite.Database): Ticket | undefined {
  const first = database.prepare<[], Ticket>('select * from tickets order by id limit 1');
  const remove = database.prepare('delete from tickets where id = ?');
  for (let ticket = first.get(); ticket; ticket = first.get()) {
    if (isAlive(ticket)) return ticket;
    remove.run(ticket.id);
  }
  return undefined;
}

function isAlive({ pid, born }: Ticket): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive all the same.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // The number of a process may belong to another one by now.
  return (bornAt(pid) ?? '') === born;
}

/** When a process began, in the words of the system; undefined where that cannot be read. */
function bornAt(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function leave(database: BetterSqlite.Database, id: number): void {
  if (!database.open) return;
  try {
    database.prepare('delete from tickets where id = ?').run(id);
  } finally {
    database.close();
  }
}

function busy({ holder, pid, since }: Ticket, waitMs: number): AppError {
  const who = `${holder} (process ${pid}) since ${new Date(since).toISOString()}`;
  return new AppError(
    'RESOURCE_BUSY',
    `The desktop of this machine stayed in use for ${waitMs / 1000} s: by ${who}. Try again later, or let fewer runs use it at once.`,
    { retryable: true, details: { pool: 'desktop', max: 1, holders: [who] } },
  );
}

/** Of this user alone: others have desktops of their own. */
function turnsFolder(): string {
  const { uid, username } = userInfo();
  const folder = join(tmpdir(), `casare-desktop-${uid < 0 ? username : uid}`);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  const found = lstatSync(folder);
  if (!found.isDirectory() || (process.platform !== 'win32' && found.uid !== uid))
    throw new AppError('DESKTOP_FAILED', `"${folder}" belongs to somebody else. Remove it, or set another TMPDIR.`);
  return folder;
}
