import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLocalQueues } from '@casare/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { openNodeBench } from '../run-one.ts';
import { describeQueues } from './queue-contract.ts';

const makeTempFolder = prepareTempFolders('queues');
const folder = await makeTempFolder();
let clock = Date.parse('2026-01-01T00:00:00Z');
const queues = openLocalQueues(join(folder, 'queues.sqlite'), () => clock);
afterAll(() => queues.close());
const bench = await openNodeBench({ queues });

describe('queues of this machine', () => {
  const kept = {
    queues,
    bench,
    now: () => clock,
    pass(ms: number) {
      clock += ms;
    },
  };
  describeQueues(() => kept);
});

it('never gives one item to two programs', async () => {
  const path = join(folder, 'shared.sqlite');
  const own = openLocalQueues(path);
  for (let i = 0; i < 60; i++)
    await own.add({
      queue: 'shared',
      reference: `item ${i}`,
      uniqueReference: true,
      priority: 'normal',
      data: {},
      deadline: null,
      postponedUntil: null,
      maxRetries: 0,
      effectKey: `add-${i}`,
    });
  own.close();
  const program = join(import.meta.dirname, 'take-items.ts');
  const run = promisify(execFile);
  const taken = await Promise.all(
    ['a', 'b', 'c'].map(
      async (name) => JSON.parse((await run(process.execPath, [program, path, name])).stdout) as string[],
    ),
  );
  expect(taken.flat().toSorted()).toEqual(Array.from({ length: 60 }, (_, i) => `item ${i}`).toSorted());
}, 30_000);

it('says so where no queues are kept', async () => {
  const { noQueues } = await import('../../../../engine/resources/queues.ts');
  const error = await bench.fail(
    'queue.next',
    { queue: 'none' },
    { effectKey: 'none', now: () => clock, queues: noQueues },
  );
  expect(error.code).toBe('QUEUES_MISSING');
});
