import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { defaultTiming } from '../../orchestrator/context.ts';
import { openDatabase } from '../../orchestrator/db/database.ts';
import { gather } from '../../orchestrator/db/gather.ts';
import { startSignals } from '../../orchestrator/events/signals.ts';
import { claimJobs } from '../../orchestrator/jobs/claim.ts';
import { completeJob } from '../../orchestrator/jobs/finish.ts';
import { createWaitingClaims } from '../../orchestrator/jobs/waiting-claims.ts';
import { createKeyVerifier } from '../../orchestrator/keys/verify.ts';
import { createDocuments } from '../../orchestrator/workflows/documents.ts';
import { reportRate } from './figures.ts';

/** As many as a robot may run. */
const n = 64;

/** Claims and ends as the routes do them, without HTTP: what is left when a robot takes many jobs at once. */
export async function measureInProcess(
  databaseUrl: string,
  robotKey: string,
  instances: readonly string[],
): Promise<void> {
  // A connection that is lost fails what used it; the rest is the database saying goodbye at the end.
  const onError = () => {};
  const database = openDatabase({ url: databaseUrl, maxConnections: 4, onError });
  const signals = await startSignals({ database, url: databaseUrl, onError });
  const context = {
    version: 'bench',
    database,
    signals,
    keys: createKeyVerifier(database),
    documents: createDocuments(database.pool),
    catalog: new Map(),
    waitingClaims: createWaitingClaims(),
    claims: gather(),
    submissions: gather(),
    completions: gather(),
    timing: defaultTiming,
    keyEnvironment: 'bench',
    log: pino({ level: 'warn' }),
    random: Math.random,
  } as unknown as Parameters<typeof claimJobs>[0];
  const caller = await context.keys.verify(robotKey, '127.0.0.1');
  const never = new AbortController().signal;
  await reportRate(
    `claim + complete, ${n} at a time, without HTTP, 2 robots`,
    'jobs/s',
    instances.length,
    async (loop) => {
      const instanceId = instances[loop] ?? '';
      const reply = await claimJobs(
        context,
        caller,
        { claimKey: randomUUID(), instanceId, n, waitSeconds: 0 },
        () => never,
      );
      const { jobs } = JSON.parse(reply.text) as { jobs: { jobId: string; fence: number }[] };
      if (jobs.length === 0) throw new Error('the queue is empty');
      await Promise.all(
        jobs.map(({ jobId, fence }) =>
          completeJob(context, caller, jobId, { fence, lastStepSeq: 0, output: { ok: true } }),
        ),
      );
      return jobs.length;
    },
  );
  await signals.stop();
  await database.close();
}
