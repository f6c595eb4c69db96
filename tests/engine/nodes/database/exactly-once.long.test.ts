import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { openNodeBench } from '../run-one.ts';
import { openDatabases } from './kinds.ts';

const makeTempFolder = prepareTempFolders('exactly-once');
const bench = await openNodeBench();
const databases = await openDatabases();
const program = join(import.meta.dirname, 'killed-write.ts');

async function runUntil(journal: string, connection: object, dieAt: number) {
  const args = [program, journal, JSON.stringify(connection), String(dieAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const said = await text(child.stdout);
  return { signal: await ended, said };
}

describe.each(['postgres', 'mysql', 'sqlite'] as const)('%s', (kind) => {
  it('writes once what a run wrote that was killed between the commit and its own note of it', async () => {
    const at = kind === 'sqlite' ? { kind, file: join(bench.folder, 'killed.db') } : databases[kind];
    const execute = (sql: string) => bench.run('database.execute', { ...at, sql });
    await execute('create table payments (item integer)');
    await execute('create table totals (amount integer)');
    await execute('insert into totals values (0)');
    await bench.run('database.close', at);

    const journal = join(await makeTempFolder(), 'journal.sqlite');
    expect(await runUntil(journal, at, 1)).toEqual({ signal: 'SIGKILL', said: '' });
    expect(await runUntil(journal, at, 2)).toEqual({ signal: 'SIGKILL', said: '' });
    // The third attempt asks again for the second payment, finds it done, and makes the third.
    expect(await runUntil(journal, at, 0)).toEqual({ signal: null, said: 'completed 2 ' });

    const read = async (sql: string) => (await bench.run('database.query', { ...at, sql })).output.rows;
    expect(await read('select item from payments order by item')).toEqual([{ item: 1 }, { item: 2 }, { item: 3 }]);
    expect(await read('select amount from totals')).toEqual([{ amount: 30 }]);
  }, 120_000);
});
