import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError, type StepRow } from '@casare/shared';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { readJournalKey } from '../../../engine/journal/journal-key.ts';
import { openSqliteJournal } from '../../../engine/journal/sqlite-journal.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('journal-damage');
const key = Buffer.alloc(32, 3);
const row = (i: number) => ({
  kind: i % 2 === 0 ? ('started' as const) : ('finished' as const),
  path: `step${i >> 1}`,
  nodeId: 'step',
  at: i,
  output: `output of ${i} `.repeat(i % 5),
});

/** Copies of one journal as a process left it that was killed: the newest rows stand in the write-ahead log only. */
let original: string;
let rows: readonly StepRow[];
let work: string;
beforeAll(async () => {
  const folder = await makeTempFolder();
  original = join(folder, 'original', 'journal.sqlite');
  mkdirSync(dirname(original));
  const journal = openSqliteJournal({ path: original, runId: 'run', key });
  for (let i = 0; i < 12; i++) {
    journal.append(row(i));
    if (i % 3 === 2) void journal.flush('effect');
    if (i === 5) checkpoint(original);
  }
  const killed = join(folder, 'killed');
  mkdirSync(killed);
  for (const name of readdirSync(dirname(original))) copyFileSync(join(dirname(original), name), join(killed, name));
  void journal.close();
  original = join(killed, 'journal.sqlite');
  work = join(folder, 'work');
  rows = readAgain(damaged(() => undefined));
  if (rows.length !== 12) throw new Error('the copy is not whole');
});

function checkpoint(path: string): void {
  const other = new Database(path);
  other.pragma('wal_checkpoint(passive)');
  other.close();
}

/** A fresh copy with something done to its files. */
function damaged(damage: (path: string) => void): string {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  for (const name of readdirSync(dirname(original))) {
    // The index of the log is made again by whoever opens it after a crash.
    if (!name.endsWith('-shm')) copyFileSync(join(dirname(original), name), join(work, name));
  }
  const path = join(work, basename(original));
  damage(path);
  return path;
}

function readAgain(path: string, options: { runId?: string; key?: Uint8Array } = { runId: 'run', key }): StepRow[] {
  const journal = openSqliteJournal({ path, ...options });
  try {
    return [...journal.load()];
  } finally {
    void journal.close();
  }
}

/** Every row as it was written, or a refusal: never anything between. */
function expectRightOrRefused(path: string, what: string): 'right' | 'refused' {
  let found: StepRow[];
  try {
    found = readAgain(path);
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'JOURNAL_CORRUPT' || thrown.code === 'JOURNAL_MISMATCH'))
      return 'refused';
    throw new Error(`${what}: ${String(thrown)}`, { cause: thrown });
  }
  expect(found, `damage: ${what}`).toEqual(rows);
  return 'right';
}

test('a bit that flipped anywhere in its files is found, or changes nothing', () => {
  let refused = 0;
  let tried = 0;
  for (const suffix of ['', '-wal', '.head']) {
    const bytes = readFileSync(original + suffix);
    // A prime: every part of every page comes up.
    const stride = suffix === '.head' ? 13 : 151;
    for (let at = 0; at < bytes.length; at += stride) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      const path = damaged((copy) => writeFileSync(copy + suffix, flipped));
      tried += 1;
      if (expectRightOrRefused(path, `bit ${at % 8} of byte ${at} of journal${suffix}`) === 'refused') refused += 1;
    }
  }
  expect(tried).toBeGreaterThan(150);
  expect(refused).toBeGreaterThan(30);
}, 60_000);

test('a write-ahead log that was cut anywhere is found', () => {
  const size = readFileSync(`${original}-wal`).length;
  const found: string[] = [];
  for (let length = 0; length < size; length += 512) {
    const path = damaged((copy) => truncateSync(`${copy}-wal`, length));
    found.push(expectRightOrRefused(path, `cut to ${length}`));
  }
  // Behind its end the log holds what was written before it was begun again.
  const end = found.indexOf('right');
  expect(end === -1 ? found.length : end).toBeGreaterThan(12);
  expect(found.slice(end)).not.toContain('refused');
  expect(
    expectRightOrRefused(
      damaged((copy) => rmSync(`${copy}-wal`)),
      'no log',
    ),
  ).toBe('refused');
});

test.each([
  ['a removed row', 'delete from journal where seq = 5'],
  ['a removed first row', 'delete from journal where seq = 1'],
  ['a removed tail', 'delete from journal where seq > 9'],
  ['no rows any more', 'delete from journal'],
  [
    'two swapped rows',
    'update journal set seq = case seq when 3 then -4 when 4 then -3 else seq end; update journal set seq = -seq where seq < 0',
  ],
  ['a row twice', 'insert into journal select 13, kind, payload, hash from journal where seq = 12'],
  ['a changed output', "update journal set payload = replace(payload, 'output of 3', 'output of 4')"],
  ['a table that is gone', 'drop table journal'],
  ['a table under another name', 'alter table journal rename to journals'],
])('%s is JOURNAL_CORRUPT, with advice', (_name, sql) => {
  const path = damaged((copy) => {
    const database = new Database(copy);
    database.exec(sql);
    database.close();
  });
  expect(() => readAgain(path)).toThrow(
    expect.objectContaining({ code: 'JOURNAL_CORRUPT', message: expect.stringContaining('start the run anew') }),
  );
});

test('rows that somebody chained again without the key are JOURNAL_CORRUPT', () => {
  const path = damaged((copy) => {
    rmSync(`${copy}.head`);
    const database = new Database(copy);
    database.exec(`delete from journal where seq > 1; update journal set payload = replace(payload, 'step0', 'step9')`);
    database.close();
  });
  expect(() => readAgain(path)).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
});

test('another key, another run or a lost key file is refused', () => {
  const whole = damaged(() => undefined);
  expect(() => readAgain(whole, { runId: 'run', key: Buffer.alloc(32, 4) })).toThrow(
    expect.objectContaining({ code: 'JOURNAL_CORRUPT' }),
  );
  expect(() =>
    readAgain(
      damaged(() => undefined),
      { runId: 'other', key },
    ),
  ).toThrow(expect.objectContaining({ code: 'JOURNAL_MISMATCH' }));
  expect(() =>
    readAgain(
      damaged(() => undefined),
      { runId: 'run' },
    ),
  ).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT', message: expect.stringContaining('key file') }));
});

test('a head that is missing, older or torn says nothing against a journal that is right', () => {
  const older = readFileSync(`${original}.head`, 'utf8').replace(/^\d+/, '0000000001');
  for (const text of [undefined, '', older, older.slice(0, 30)]) {
    const path = damaged((copy) => (text === undefined ? rmSync(`${copy}.head`) : writeFileSync(`${copy}.head`, text)));
    expect(expectRightOrRefused(path, `head ${text}`)).toBe('right');
  }
});

test('the key file is made once, for this user only, and what is not a key is refused', async () => {
  const path = join(await makeTempFolder(), 'deep', 'journal.key');
  const made = readJournalKey(path);
  expect(made).toHaveLength(32);
  expect(readJournalKey(path)).toEqual(made);
  expect(existsSync(path)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['journal.key']);
  writeFileSync(path, 'no key');
  expect(() => readJournalKey(path)).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
});
