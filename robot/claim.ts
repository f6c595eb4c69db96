import { asAppError, type ClaimedJob, claimReplySchema, endReplySchema } from '@casare/shared';
import type { Logger } from 'pino';
import { createBackoff, pause } from './backoff.ts';
import type { RobotFailpoint } from './failpoint.ts';
import { jobFolder, prepareJobFolder } from './job-folder.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import type { RunningJobs } from './running-jobs.ts';
import type { RobotStore } from './store.ts';

const WAIT_SECONDS = 25;
/** How often a robot that takes nothing now looks whether it may again; a wake-up cuts it short. */
const LOOK_MS = 5000;

export interface Claims {
  /** Something may be there to take: cuts a pause short. */
  wake(): void;
  /** Takes nothing more. What was claimed by a call whose answer did not arrive is handed back. */
  stop(): Promise<void>;
}

export interface ClaimOptions {
  instanceId: string;
  dataFolder: string;
  client: OrchestratorClient;
  store: RobotStore;
  jobs: RunningJobs;
  log: Logger;
  failpoint: RobotFailpoint;
  signal: AbortSignal;
  /** Jobs that may be taken now; 0 while paused or full. */
  room(): number;
  /** The orchestrator does not know this process as a robot (any more). */
  registerAgain(): Promise<unknown>;
}

/** Claims jobs as long as there is room for them. */
export function startClaiming(options: ClaimOptions): Claims {
  const { client, store, jobs, log, failpoint } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  let woken = new AbortController();

  async function claim(n: number, waitSeconds: number, until: AbortSignal): Promise<readonly ClaimedJob[]> {
    const reply = await client.call('POST', '/jobs/claim', claimReplySchema, {
      body: { claimKey: store.claimKey(), instanceId: options.instanceId, n, waitSeconds },
      extraMs: waitSeconds * 1000,
      signal: until,
    });
    return reply.jobs;
  }

  async function claimOnce(n: number): Promise<void> {
    const sentAt = performance.now();
    const claimed = await claim(n, WAIT_SECONDS, signal);
    if (claimed.length > 0) failpoint.reach('claim.answered');
    for (const job of claimed) await jobs.makeRoomFor(job);
    // The same job under the same lease runs here already: an answer that came twice.
    const fresh = claimed.filter((job) => !jobs.get(job.jobId));
    // Folders first: a crash between the two leaves a folder that the repeated claim replaces, never a job without its journal.
    for (const job of fresh) await prepareJobFolder(jobFolder(options.dataFolder, job.jobId), job);
    if (fresh.length > 0) failpoint.reach('claim.prepared');
    store.keepClaimed(fresh.map(withoutSteps));
    if (fresh.length > 0) failpoint.reach('claim.kept');
    for (const job of fresh)
      jobs.begin({ job: withoutSteps(job), end: undefined }, { sentAt, seconds: job.leaseSeconds });
  }

  async function run(): Promise<void> {
    const backoff = createBackoff(500, 30_000);
    while (!signal.aborted) {
      const cut = AbortSignal.any([signal, woken.signal]);
      const room = options.room();
      if (room <= 0) {
        await pause(LOOK_MS, cut);
        continue;
      }
      try {
        await claimOnce(room);
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = asAppError(error);
        if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN')
          log.error({ reason: message }, 'the orchestrator refuses the key');
        else log.warn({ reason: message }, 'cannot claim, trying again');
        if (code === 'NOT_FOUND') await options.registerAgain().catch(() => undefined);
        await pause(backoff.next(), cut);
      }
    }
  }

  const running = run();
  return {
    wake() {
      woken.abort();
      woken = new AbortController();
    },
    async stop() {
      ending.abort();
      await running;
      // The call that was cut off may have been answered: its key gives the same jobs again, and now no others.
      const left = await claim(1, 0, AbortSignal.timeout(2000)).catch(() => []);
      for (const job of left.filter((one) => !jobs.get(one.jobId)))
        await client
          .call('POST', `/jobs/${job.jobId}/release`, endReplySchema, {
            body: { fence: job.fence, lastStepSeq: 0, reason: 'The robot is stopping.' },
          })
          .catch(() => undefined);
    },
  };
}

/** The rows stand in the job's folder; keeping them twice would cost a large copy per job. */
function withoutSteps(job: ClaimedJob): ClaimedJob {
  return { ...job, steps: [] };
}
