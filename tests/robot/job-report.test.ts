import { openSqliteJournal } from '@casare/engine';
import type { ClaimedJob } from '@casare/shared';
import { expect, test } from 'vitest';
import { jobFolder, journalPath, prepareJobFolder } from '../../robot/job-folder.ts';
import { robotFailpoint } from '../../robot/failpoint.ts';
import { createJobReport } from '../../robot/job-report.ts';
import { createOrchestratorClient } from '../../robot/orchestrator-client.ts';
import { openRobotStore } from '../../robot/store.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';
import { type Fault, startReportTarget } from './report-target.ts';

const makeTempFolder = prepareTempFolders('job-report');
const stale = { status: 409, error: { code: 'STALE_LEASE', message: 'Not yours.' } } as const satisfies Fault;
const tooLarge = { status: 413, error: { code: 'PAYLOAD_TOO_LARGE', message: 'Too large.' } } as const satisfies Fault;

async function setUp(faults: Fault[] = []) {
  const stack = new AsyncDisposableStack();
  const target = stack.use(await startReportTarget());
  target.faults.push(...faults);
  const dataFolder = await makeTempFolder();
  const job: ClaimedJob = {
    jobId: 'job',
    fence: 5,
    attempt: 1,
    leaseSeconds: 60,
    workflow: workflowOf({ start: 'control.start' }),
    workflowVersion: 1,
    contentHash: 'hash',
    input: {},
    timeoutMs: null,
    steps: [],
    logSeq: 0,
    journalKey: Buffer.alloc(32, 1).toString('base64'),
  };
  const folder = jobFolder(dataFolder, job.jobId);
  await prepareJobFolder(folder, job);
  const journal = openSqliteJournal({ path: journalPath(folder), runId: 'job', key: Buffer.alloc(32, 1) });
  const store = openRobotStore(dataFolder);
  store.keepClaimed([job]);
  const ending = new AbortController();
  const heard: string[] = [];
  const report = createJobReport({
    job,
    folder,
    client: createOrchestratorClient(target.url, 'key'),
    store,
    failpoint: robotFailpoint(undefined),
    signal: ending.signal,
    onCancelRequested: () => heard.push('cancel'),
    onStale: () => heard.push('stale'),
    onRefused: (error) => heard.push(`refused ${error.code}`),
  });
  stack.defer(async () => {
    ending.abort();
    report.close();
    await journal.close();
    store.close();
  });
  return {
    target,
    report,
    store,
    heard,
    ending,
    async write(count: number) {
      for (let i = 0; i < count; i++) journal.append({ kind: 'finished', path: `step${i}`, nodeId: 'step', at: i });
      await journal.flush('batch');
      store.appendLogs(
        job.jobId,
        Array.from({ length: count }, (_, i) => ({ at: i, level: 'info' as const, message: `line ${i}` })),
      );
      report.wake();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('rows and lines arrive in order and once, whatever the line does', async () => {
  const faults: Fault[] = [
    'lost',
    'answer lost',
    'unavailable',
    'late',
    'answer lost',
    'garbage',
    'lost',
    'answer lost',
  ];
  await using set = await setUp([...faults]);
  await set.write(3);
  await set.write(4);
  const done = set.report.finish({ kind: 'complete', body: { output: {} } });
  // The pauses between tries would take longer than a test likes to wait.
  const hurrying = setInterval(set.report.hurry, 5);
  expect(await done).toBe(true);
  clearInterval(hurrying);
  expect(set.target.rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(set.target.lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(set.store.undeliveredLogs('job', 10)).toEqual([]);
  expect(set.target.ends.map(({ kind }) => kind)).toEqual(['complete']);
  expect(set.target.ends[0]?.body).toMatchObject({ fence: 5, lastStepSeq: 7 });
  expect(set.heard).toEqual([]);
});

test('an end whose answer was lost is reported again', async () => {
  await using set = await setUp();
  await set.write(1);
  expect(await set.report.delivered(1)).toBe(true);
  set.target.faults.push('answer lost');
  expect(await set.report.finish({ kind: 'complete', body: { output: 1 } })).toBe(true);
  expect(set.target.ends.length).toBe(2);
});

test('"delivered" waits until the orchestrator has the row', async () => {
  await using set = await setUp(['late', 'late']);
  await set.write(2);
  expect(await set.report.delivered(2)).toBe(true);
  expect(set.target.rows.length).toBe(2);
});

test('rows that the orchestrator has lost are sent again', async () => {
  await using set = await setUp();
  await set.write(4);
  await set.report.delivered(4);
  set.target.forgetRowsAfter(2);
  expect(await set.report.finish({ kind: 'complete', body: { output: 1 } })).toBe(true);
  expect(set.target.rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('a lease that is refused ends everything', async () => {
  await using set = await setUp([stale]);
  await set.write(1);
  expect(await set.report.delivered(1)).toBe(false);
  expect(set.heard).toEqual(['stale']);
  expect(await set.report.finish({ kind: 'complete', body: { output: 1 } })).toBe(false);
  expect(set.target.ends).toEqual([]);
});

test('rows that cannot be taken end the job, and its failure is still reported', async () => {
  await using set = await setUp([tooLarge]);
  await set.write(1);
  await waitFor(() => set.heard.length > 0);
  expect(set.heard).toEqual(['refused PAYLOAD_TOO_LARGE']);
  const error = { code: 'PAYLOAD_TOO_LARGE' as const, message: 'Too large.' };
  expect(await set.report.finish({ kind: 'fail', body: { error } })).toBe(true);
  expect(set.target.ends).toMatchObject([{ kind: 'fail', body: { error } }]);
});

test('an output that cannot be taken becomes a failure that says so', async () => {
  await using set = await setUp();
  await set.write(1);
  await set.report.delivered(1);
  set.target.faults.push(tooLarge);
  expect(await set.report.finish({ kind: 'complete', body: { output: 1 } })).toBe(true);
  expect(set.target.ends).toMatchObject([{ kind: 'fail', body: { error: { code: 'PAYLOAD_TOO_LARGE' } } }]);
  expect(set.store.heldJobs()[0]?.end?.kind).toBe('fail');
});

test('many small steps share requests', async () => {
  await using set = await setUp();
  for (let i = 0; i < 50; i++) await set.write(2);
  await set.report.delivered(100);
  expect(set.target.rows.length).toBe(100);
  expect(set.target.requests).toBeLessThan(25);
});

test('the end of the robot ends the wait, and nothing is forgotten', async () => {
  await using set = await setUp(Array.from({ length: 1000 }, () => 'lost' as const));
  await set.write(3);
  const finished = set.report.finish({ kind: 'complete', body: { output: 1 } });
  await waitFor(() => set.target.requests > 1);
  set.ending.abort();
  expect(await finished).toBe(false);
  expect(set.store.undeliveredLogs('job', 10).length).toBe(3);
});
