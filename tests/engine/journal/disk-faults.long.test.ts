import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import { openSqliteJournal } from '../../../engine/journal/sqlite-journal.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('disk-faults');
const program = join(import.meta.dirname, 'journal-writer.ts');
const count = 12;
let folder: string;
beforeAll(async () => {
  folder = await makeTempFolder();
});

/** What the writer said when a system call failed, or was the last thing it did. */
async function writeWith(path: string, fault: string): Promise<string[]> {
  const [call = ''] = fault.split(':');
  const child = spawn(
    'strace',
    [
      '-f',
      '-qq',
      '-o',
      `${path}.trace`,
      '-e',
      `trace=${call}`,
      '-e',
      `inject=${fault}`,
      process.execPath,
      program,
      path,
      String(count),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') } },
  );
  const said = await text(child.stdout);
  return said.split('\n').filter((line) => line !== '');
}

/** Every row that was called durable is there, nothing but at most the one row after it, and each as it was written. */
function expectPrefix(path: string, said: readonly string[], fault: string): void {
  const durable = said.filter((line) => /^\d+$/.test(line)).length;
  const journal = openSqliteJournal({ path, runId: 'run', key: Buffer.alloc(32, 9) });
  try {
    const rows = journal.load();
    expect(rows.length, `${fault}: ${said.at(-1)}`).toBeGreaterThanOrEqual(durable);
    expect(rows.length, `at most one more: ${fault}`).toBeLessThanOrEqual(durable + 1);
    rows.forEach((row, i) => {
      expect(row).toMatchObject({ seq: i + 1, path: `step${i + 1}`, output: 'x'.repeat((i + 1) * 50) });
    });
    // The next run writes on from there.
    journal.append({ kind: 'finished', path: 'after', nodeId: 'step', at: 1 });
    void journal.flush('effect');
    expect(journal.load()).toHaveLength(rows.length + 1);
  } finally {
    void journal.close();
  }
}

/** Which call is struck: the first dozen syncs, and two dozen writes, belong to the making of the file. */
const points = { fsync: [9, 14, 17, 20, 23], pwrite64: [20, 33, 42, 51, 60] };

// strace is how a system call of one process is made to fail; it exists on Linux only.
test.runIf(process.platform === 'linux').each([
  ['the disk reports an error at a sync', 'fsync:error=EIO', 'failed INTERNAL'],
  ['the disk is full', 'pwrite64:error=ENOSPC', 'failed DISK_FULL'],
  ['the disk reports an error at a write', 'pwrite64:error=EIO', 'failed INTERNAL'],
  ['the process is killed at a sync', 'fsync:signal=SIGKILL', undefined],
  ['the process is killed at a write', 'pwrite64:signal=SIGKILL', undefined],
])(
  'when %s, exactly the rows that were called durable are there',
  async (_name, fault, word) => {
    let struck = 0;
    await Promise.all(
      points[fault.startsWith('fsync') ? 'fsync' : 'pwrite64'].map(async (when) => {
        const path = join(folder, `${fault.replaceAll(/[:=]/g, '-')}-${when}.sqlite`);
        const said = await writeWith(path, `${fault}:when=${when}`);
        if (said.at(-1) === word || (word === undefined && said.at(-1) !== String(count))) struck += 1;
        // Killed before the file was made: there is no journal, and nobody was told of one.
        if (said.length > 0) expectPrefix(path, said, `${fault} at ${when}`);
      }),
    );
    expect(struck).toBeGreaterThanOrEqual(2);
  },
  60_000,
);
