import type { RobotCommand } from '@casare/shared';
import type Database from 'better-sqlite3';

export interface CommandOutcome {
  state: 'done' | 'failed';
  reason?: string;
  artifactId?: string;
}

/** Commands this robot has got, and what came of them: each is carried out once, however often it is delivered. */
export interface CommandTable {
  /** False when it was accepted before. */
  accept(command: RobotCommand): boolean;
  /** The first outcome counts. */
  settle(id: string, outcome: CommandOutcome): void;
  /** Accepted, and nothing came of them yet. */
  open(): RobotCommand[];
  untold(): { id: string; outcome: CommandOutcome }[];
  told(id: string): void;
  /** It is asked about again: the answer to it was lost. */
  tellAgain(id: string): void;
}

const KEPT_DAYS = 30;

export function openCommandTable(db: Database.Database): CommandTable {
  db.exec(`
    create table if not exists commands (
      id text primary key, command text not null, state text not null default 'accepted', reason text, artifact_id text,
      told integer not null default 0, at integer not null
    ) strict, without rowid;`);
  db.prepare('delete from commands where at < ?').run(Date.now() - KEPT_DAYS * 86_400_000);
  const insert = db.prepare('insert into commands (id, command, at) values (?, ?, ?) on conflict do nothing');
  const settle = db.prepare(
    `update commands set state = ?, reason = ?, artifact_id = ? where id = ? and state = 'accepted'`,
  );
  const open = db.prepare<[], { command: string }>(`select command from commands where state = 'accepted' order by id`);
  const untold = db.prepare<
    [],
    { id: string; state: 'done' | 'failed'; reason: string | null; artifact_id: string | null }
  >(`select id, state, reason, artifact_id from commands where state <> 'accepted' and told = 0 order by id`);
  const setTold = db.prepare('update commands set told = ? where id = ?');
  return {
    accept: (command) => insert.run(command.id, JSON.stringify(command), Date.now()).changes === 1,
    settle: (id, { state, reason, artifactId }) => void settle.run(state, reason ?? null, artifactId ?? null, id),
    open: () => open.all().map(({ command }) => JSON.parse(command) as RobotCommand),
    untold: () =>
      untold.all().map(({ id, state, reason, artifact_id }) => ({
        id,
        outcome: {
          state,
          ...(reason !== null && { reason }),
          ...(artifact_id !== null && { artifactId: artifact_id }),
        },
      })),
    told: (id) => void setTold.run(1, id),
    tellAgain: (id) => void setTold.run(0, id),
  };
}
