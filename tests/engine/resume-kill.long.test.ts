import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openSqliteJournal } from '@casare/engine';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';

const makeTempFolder = prepareTempFolders('killed');
const program = join(import.meta.dirname, 'killed-run.ts');

test('a run whose process is killed again and again ends with the right result and repeats no finished step', async () => {
  const folder = await makeTempFolder();
  const journalPath = join(folder, 'journal.sqlite');
  const ledgerPath = join(folder, 'effects');
  const effects = (): string[] => {
    try {
      return readFileSync(ledgerPath, 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  };
  let kills = 0;
  let answer = '';
  while (answer === '') {
    const child = spawn(process.execPath, [program, journalPath, ledgerPath], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const output = text(child.stdout);
    if (kills < 8) {
      const enough = effects().length + 7;
      await waitFor(() => effects().length >= enough || child.exitCode !== null, {
        until: 'the run went on',
        everyMs: 1,
      });
      if (child.kill('SIGKILL')) kills += 1;
    }
    const code = await ended;
    answer = await output;
    expect(code === null || code === 0, 'the process ended well or was killed').toBe(true);
  }
  expect(kills).toBe(8);
  expect(JSON.parse(answer)).toEqual({ status: 'completed', output: { count: 25, same: [10, 20, 30, 40] } });

  const lines = effects();
  const once = lines.filter((line) => line.includes('/once '));
  expect(new Set(once).size).toBe(once.length);
  const keyed = new Set(lines.filter((line) => line.includes('/keyed ') || line.includes('/same ')));
  expect(keyed.size).toBe(29);
  // Only a step that was under way when the process died may show twice; with four at a time, up to four of them.
  expect(lines.length - new Set(lines).size).toBeLessThanOrEqual(kills * 4);

  const journal = openSqliteJournal(journalPath);
  const finished = journal.load().filter((row) => row.kind === 'finished');
  void journal.close();
  expect(new Set(finished.map((row) => row.path)).size).toBe(finished.length);
}, 60_000);
