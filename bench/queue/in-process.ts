import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { timingOf } from '../../orchestrator/context.ts';
import { openDatabase } from '../../orchestrator/db/database.ts';
import { gather } from '../../orchestrator/db/gather.ts';
import { startSignals } from '../../orchestrator/events/signals.ts';
import { orchestratorFailpoint } from '../../orchestrator/failpoint.ts';
import { claimJobs } from '../../orchestrator/jobs/claim.ts';
import { completeJob } from '../../orchestrator/jobs/finish.ts';
import { openJobKeys } from '../../orchestrator/jobs/job-keys.ts';
import { createWaitingClaims } from '../../orchestrator/jobs/waiting-claims.ts';
import { createCounters } from '../../orchestrator/metrics/counters.ts';
import { type Caller, createKeyVerifier } from '../../orchestrator/keys/verify.ts';
import { createDocuments } from '../../orchestrator/workflows/documents.ts';
import { reportRate } from './figures.ts';

/** As many as one claim hands out. */
const n = 100;

type ClaimContext = Parameters<typeof claimJobs>[0];

export interface InProcess extends AsyncDisposable {
  readonly context: ClaimContext;
}

/** As much of an orchestrator as submitting, claiming and ending jobs needs. */
export async function openInProcess(databaseUrl: string, maxConnections: number): Promise<InProcess> {
  // A connection that is lost fails what used it; the rest is the database saying goodbye at the end.
  const onError = () => {};
  const database = openDatabase({ url: databaseUrl, maxConnections, onError });
  const signals = await startSignals({ database, url: databaseUrl, onError });
  const context = {
    version: 'bench',
    database,
    signals,
    keys: createKeyVerifier(database),
    documents: createDocuments(database.pool),
    jobKeys: await openJobKeys(database, undefined),
    catalog: new Map(),
    waitingClaims: createWaitingClaims(),
    claims: gather(),
    submissions: gather(),
    completions: gather(),
    counters: createCounters(),
    timing: timingOf(60),
    failpoint: orchestratorFailpoint(undefined),
    keyEnvironment: 'bench',
    log: pino({ level: 'warn' }),
    random: Math.random,
  } as unknown as ClaimContext;
  return {
    context,
    async [Symbol.asyncDispose]() {
      await signals.stop();
      await database.close();
    },
  };
}

/** One claim of at most so many jobs and their ends, as the routes do them. */
export async function claimAndComplete(context: ClaimContext, caller: Caller, instanceId: string, most: number) {
  const never = new AbortController().signal;
  const request = { claimKey: randomUUID(), instanceId, n: most, waitSeconds: 0 };
  const reply = await claimJobs(context, caller, request, () => never);
  const { jobs } = JSON.parse(reply.text) as { jobs: { jobId: string; fence: number }[] };
  if (jobs.length === 0) throw new Error('the queue is empty');
  await Promise.all(
    jobs.map(({ jobId, fence }) =>
      completeJob(context, caller, jobId, { fence, lastStepSeq: 0, output: { ok: true } }),
    ),
  );
  return jobs.length;
}

/** Claims and ends without HTTP: what is left when a robot takes many jobs at once. */
export async function measureInProcess(
  databaseUrl: string,
  robotKey: string,
  instances: readonly string[],
): Promise<void> {
  await using opened = await openInProcess(databaseUrl, 4);
  const { context } = opened;
  const caller = await context.keys.verify(robotKey, '127.0.0.1');
  await reportRate(`claim + complete, ${n} at a time, without HTTP, 2 robots`, 'jobs/s', instances.length, (loop) =>
    claimAndComplete(context, caller, instances[loop] ?? '', n),
  );
}
