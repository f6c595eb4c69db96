import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteJournal } from '@casare/engine';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { journalContract } from './contract.ts';

const makeTempFolder = prepareTempFolders('journal');
let folder: string;
beforeAll(async () => {
  folder = await makeTempFolder();
});
const newPath = () => join(folder, `${randomUUID()}.sqlite`);
const row = (path: string) => ({ kind: 'finished' as const, path, nodeId: path, at: 1, output: path });

journalContract('SQLite', () => {
  const path = newPath();
  return { journal: openSqliteJournal(path), reopen: () => openSqliteJournal({ path, runId: 'run' }) };
});

function writeRows(path: string, count: number): void {
  const journal = openSqliteJournal(path);
  for (let i = 0; i < count; i++) journal.append(row(`n${i}`));
  void journal.close();
}

test('rows are on disk after a flush, before the journal is closed', () => {
  const path = newPath();
  const journal = openSqliteJournal(path);
  journal.append(row('a'));
  void journal.flush('effect');
  journal.append(row('b'));
  const other = openSqliteJournal(path);
  expect(other.load().map((one) => one.path)).toEqual(['a']);
  void other.close();
  void journal.close();
});

test.each([
  ['a changed output', "update journal set payload = replace(payload, 'n1', 'nX') where seq = 2"],
  ['a changed kind', "update journal set kind = 'handled' where seq = 2"],
  ['a lost row', 'delete from journal where seq = 2'],
  ['a lost first row', 'delete from journal where seq = 1'],
  ['two swapped rows', 'update journal set seq = case seq when 1 then -2 when 2 then -1 else seq end'],
  ['a changed hash', "update journal set hash = 'x' where seq = 3"],
])('%s is JOURNAL_CORRUPT', (_name, damage) => {
  const path = newPath();
  writeRows(path, 4);
  const database = new Database(path);
  database.exec(damage);
  database.close();
  const journal = openSqliteJournal(path);
  expect(() => journal.load()).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  void journal.close();
});

test('a file that is no database is JOURNAL_CORRUPT', () => {
  const path = newPath();
  writeFileSync(path, 'this is no journal '.repeat(500));
  expect(() => openSqliteJournal(path)).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
});

test('an output file that was changed or is gone is JOURNAL_CORRUPT', () => {
  const path = newPath();
  const journal = openSqliteJournal(path);
  journal.append({ ...row('big'), output: 'x'.repeat(300_000) });
  void journal.close();
  const [blob = ''] = readdirSync(`${path}.outputs`);
  writeFileSync(join(`${path}.outputs`, blob), '"other"');
  const again = openSqliteJournal(path);
  expect(() => again.load()).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  void again.close();
});

test('a journal of another run is refused', () => {
  const path = newPath();
  void openSqliteJournal({ path, runId: 'one' }).close();
  expect(() => openSqliteJournal({ path, runId: 'two' })).toThrow(
    expect.objectContaining({ code: 'JOURNAL_MISMATCH' }),
  );
  void openSqliteJournal({ path, runId: 'one' }).close();
});
