import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaimedJob } from '@casare/shared';
import { expect, test } from 'vitest';
import { type JobAtRest, openJob } from '../../robot/held-input.ts';
import { isStoreHeld, openRobotStore } from '../../robot/store.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { workflowOf } from '../support/workflows.ts';

const journalKey = Buffer.alloc(32, 7).toString('base64');

const makeTempFolder = prepareTempFolders('robot-store');

function claimed(jobId: string, logSeq = 0): ClaimedJob {
  return {
    jobId,
    fence: 1,
    attempt: 1,
    leaseSeconds: 60,
    workflow: workflowOf({ start: 'control.start' }),
    workflowVersion: 1,
    contentHash: 'hash',
    input: { password: 'canary-of-the-input' },
    timeoutMs: null,
    steps: [],
    logSeq,
    journalKey,
  };
}

const line = (message: string) => ({ at: 1, level: 'info' as const, message });

test('the claim key stays the same until the claimed jobs are kept', async () => {
  const folder = await makeTempFolder();
  const first = openRobotStore(folder);
  const key = first.claimKey();
  expect(first.claimKey()).toBe(key);
  first.close();

  const again = openRobotStore(folder);
  expect(again.claimKey()).toBe(key);
  again.keepClaimed([claimed('a')]);
  const next = again.claimKey();
  expect(next).not.toBe(key);
  again.keepClaimed([]);
  expect(again.claimKey()).not.toBe(next);
  again.close();
});

test('held jobs and their ends outlive the process', async () => {
  const folder = await makeTempFolder();
  const end = { kind: 'complete' as const, body: { output: { n: 1 } } };
  const first = openRobotStore(folder);
  first.keepClaimed([claimed('a'), claimed('b')]);
  first.keepEnd('b', end);
  first.close();
  const again = openRobotStore(folder);
  const held = again.heldJobs();
  expect(held.map((one) => one.end)).toEqual([undefined, end]);
  expect(held.map((one) => openJob(one.job, journalKey))).toEqual([claimed('a'), claimed('b')]);
  // Neither what the job was given nor the key of its journal lies on the disk.
  const disk = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(disk.filter((text) => text.includes('canary-of-the-input') || text.includes(journalKey))).toEqual([]);
  expect(() => openJob(held[0]?.job as JobAtRest, Buffer.alloc(32, 8).toString('base64'))).toThrow('authenticate');
  // Claimed once more: the end of the attempt before no longer counts.
  again.keepClaimed([claimed('b')]);
  expect(again.heldJobs()[1]?.end).toBeUndefined();
  again.forget('a');
  expect(again.heldJobs().map(({ job }) => job.jobId)).toEqual(['b']);
  again.close();
});

test('log lines are numbered on from what the orchestrator has', async () => {
  const store = openRobotStore(await makeTempFolder());
  store.keepClaimed([claimed('a', 7), claimed('b')]);
  store.appendLogs('a', [line('one'), line('two')]);
  store.appendLogs('b', [line('other')]);
  store.appendLogs('a', [line('three')]);
  expect(store.undeliveredLogs('a', 10).map(({ seq, message }) => [seq, message])).toEqual([
    [8, 'one'],
    [9, 'two'],
    [10, 'three'],
  ]);
  store.logsDelivered('a', 9);
  expect(store.undeliveredLogs('a', 10).map(({ seq }) => seq)).toEqual([10]);
  store.logsDelivered('a', 10);
  store.appendLogs('a', [line('four')]);
  expect(store.undeliveredLogs('a', 10).map(({ seq }) => seq)).toEqual([11]);
  expect(store.undeliveredLogs('b', 10).map(({ seq }) => seq)).toEqual([1]);
  store.close();
});

test('more lines than may wait are dropped, and the last one kept says so', async () => {
  const store = openRobotStore(await makeTempFolder());
  store.keepClaimed([claimed('a')]);
  for (let i = 0; i < 6; i++)
    store.appendLogs(
      'a',
      Array.from({ length: 9000 }, (_, n) => line(`${i} ${n}`)),
    );
  const kept = store.undeliveredLogs('a', 100_000);
  expect(kept.length).toBe(50_000);
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => i + 1));
  expect(kept.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('dropped') });
  store.logsDelivered('a', 50_000);
  store.appendLogs('a', [line('after')]);
  expect(store.undeliveredLogs('a', 10)).toMatchObject([{ seq: 50_001, message: 'after' }]);
  store.close();
});

test('lines of a job that is not held are forgotten with it', async () => {
  const store = openRobotStore(await makeTempFolder());
  store.appendLogs('nobody', [line('lost')]);
  expect(store.undeliveredLogs('nobody', 10)).toEqual([]);
  store.close();
});

test('one process at a time, and whoever asks sees it', async () => {
  const folder = await makeTempFolder();
  expect(isStoreHeld(folder)).toBe(false);
  const store = openRobotStore(folder);
  expect(() => openRobotStore(folder)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }));
  expect(isStoreHeld(folder)).toBe(true);
  store.close();
  expect(isStoreHeld(folder)).toBe(false);
});
