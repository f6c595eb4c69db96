import { randomUUID } from 'node:crypto';
import {
  AppError,
  asAppError,
  type ClaimedJob,
  claimReplySchema,
  extendLeaseReplySchema,
  type HeartbeatReply,
  heartbeatReplySchema,
  type RobotCommand,
  type RobotState,
  selfRegisterReplySchema,
} from '@casare/shared';
import { circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { pino } from 'pino';
import packageJson from './package.json' with { type: 'json' };
import { createBackoff, pause, within } from './backoff.ts';
import type { RobotConfig } from './config.ts';
import { openConnection, type RobotConnection } from './connection.ts';
import { jobFolder, prepareJobFolder, removeJobFolder } from './job-folder.ts';
import { type JobRunner, startJob } from './job-runner.ts';
import { createLease } from './lease.ts';
import { createLoadMeter, detectCapabilities, machineSize } from './machine.ts';
import { createOrchestratorClient, isTemporary } from './orchestrator-client.ts';
import { removeStatus, writeStatus } from './status-file.ts';
import { type HeldJob, openRobotStore } from './store.ts';
import { createWorkerProcesses } from './worker-processes.ts';

const CLAIM_WAIT_SECONDS = 25;
/** How long a stop waits for jobs to be handed back; what is not stays in the data folder for the next start. */
const HAND_BACK_MS = 8000;
/** With less than this left on the disk no new job is taken. */
const MIN_DISK_MB = 200;

export interface Robot {
  readonly state: RobotState;
  /** Takes no more jobs, waits for the running ones up to the grace period, hands the rest back. */
  stop(): Promise<void>;
  /** Resolves when the robot has ended, by `stop` or by a command from the fleet. */
  readonly ended: Promise<'stopped' | 'restart'>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a robot: takes the data folder (ALREADY_RUNNING), registers (waits while the orchestrator is away, but a refused key is
 * thrown), takes up the jobs it held before, then claims.
 */
export async function startRobot(config: RobotConfig): Promise<Robot> {
  const log = pino({ level: config.logLevel, base: { robot: config.name }, redact: ['key'] });
  const store = openRobotStore(config.dataFolder);
  const client = createOrchestratorClient(config.url, config.key);
  const breaker = circuitBreaker(handleWhen(isTemporary), { halfOpenAfter: 5000, breaker: new ConsecutiveBreaker(5) });
  const instanceId = randomUUID();
  const startedAt = new Date().toISOString();
  const workers = createWorkerProcesses();
  const jobs = new Map<string, JobRunner>();
  const measure = createLoadMeter(config.dataFolder);
  /** Ends everything that waits: loops, deliveries, pauses. */
  const ending = new AbortController();
  /** Cuts a claim's long poll or pause short. */
  let wake = new AbortController();
  let state: RobotState = 'starting';
  let accepting = true;
  let lastDiskMb = Number.POSITIVE_INFINITY;
  let leaseSeconds = 60;
  let heartbeatMs = 10_000;
  let connection: RobotConnection | undefined;
  let settleEnded: (how: 'stopped' | 'restart') => void = () => undefined;
  const ended = new Promise<'stopped' | 'restart'>((resolve) => {
    settleEnded = resolve;
  });

  function wakeUp(): void {
    wake.abort();
    wake = new AbortController();
  }

  function setState(next: RobotState): void {
    if (state === next) return;
    state = next;
    log.info({ state }, 'state');
    void saveStatus();
  }

  function settleState(): void {
    if (state === 'idle' || state === 'busy' || state === 'starting') setState(jobs.size > 0 ? 'busy' : 'idle');
  }

  async function saveStatus(): Promise<void> {
    const held = [...jobs.values()].map((runner) => ({
      jobId: runner.job.jobId,
      workflow: runner.job.workflow.name,
      ...runner.position(),
    }));
    await writeStatus(config.dataFolder, {
      pid: process.pid,
      name: config.name,
      url: config.url,
      state,
      connected: connection?.connected ?? false,
      jobs: held,
      startedAt,
      updatedAt: new Date().toISOString(),
    }).catch((error: unknown) => log.warn({ error: String(error) }, 'the status file cannot be written'));
  }

  async function register(): Promise<void> {
    const backoff = createBackoff(500, 30_000);
    for (;;) {
      try {
        const reply = await client.call('POST', '/robots/self-register', selfRegisterReplySchema, {
          body: {
            name: config.name,
            instanceId,
            version: packageJson.version,
            protocol: 1,
            platform: `${process.platform}-${process.arch}`,
            hostname: config.name,
            capabilities: detectCapabilities(),
            tags: config.tags,
            ...(config.environment !== undefined && { environment: config.environment }),
            ...machineSize(),
            maxConcurrentJobs: config.maxJobs,
          },
          signal: ending.signal,
        });
        leaseSeconds = reply.leaseSeconds;
        heartbeatMs = reply.heartbeatSeconds * 1000;
        log.info({ robotId: reply.robot.id, url: config.url }, 'registered');
        return;
      } catch (error) {
        // After kill -9 the orchestrator still holds the old instance for alive: it gives way when its heartbeats stay away.
        const waits = isTemporary(error) || (error instanceof AppError && error.code === 'ALREADY_RUNNING');
        if (!waits || ending.signal.aborted) throw error;
        const ms = Math.min(
          backoff.next(),
          error instanceof AppError && error.code === 'ALREADY_RUNNING' ? 1000 : 30_000,
        );
        log.warn({ reason: asAppError(error).message, nextTryMs: Math.round(ms) }, 'cannot register yet');
        await pause(ms, ending.signal);
      }
    }
  }

  function begin(held: HeldJob, sentAt: number): void {
    const { job } = held;
    const runner = startJob({
      job,
      folder: jobFolder(config.dataFolder, job.jobId),
      lease: createLease(sentAt, leaseSeconds),
      client,
      store,
      workers,
      signal: ending.signal,
      ...(held.end && { end: held.end }),
      log: (level, message, facts) => log[level](facts, message),
    });
    jobs.set(job.jobId, runner);
    log.info({ jobId: job.jobId, workflow: job.workflow.name, attempt: job.attempt }, 'job started');
    settleState();
    void saveStatus();
    void runner.done
      .catch((error: unknown) =>
        log.error({ jobId: job.jobId, error: asAppError(error).message }, 'a job could not be ended properly'),
      )
      .finally(() => {
        jobs.delete(job.jobId);
        settleState();
        void saveStatus();
        wakeUp();
      });
  }

  /** A job held before a crash or restart: goes on where it was when the lease can be taken up again. */
  async function takeUp(held: HeldJob): Promise<void> {
    const { job } = held;
    const sentAt = performance.now();
    const backoff = createBackoff(500, 15_000);
    while (!ending.signal.aborted) {
      try {
        if (!held.end)
          await client.call('POST', `/jobs/${job.jobId}/extend-lease`, extendLeaseReplySchema, {
            body: { fence: job.fence },
          });
        begin(held, sentAt);
        return;
      } catch (error) {
        if (!isTemporary(error)) {
          log.warn(
            { jobId: job.jobId, reason: asAppError(error).message },
            'a job from before the restart is no longer ours',
          );
          await removeJobFolder(jobFolder(config.dataFolder, job.jobId));
          store.forget(job.jobId);
          return;
        }
        await pause(backoff.next(), ending.signal);
      }
    }
  }

  async function claimOnce(n: number): Promise<void> {
    const sentAt = performance.now();
    const reply = await breaker.execute(() =>
      client.call('POST', '/jobs/claim', claimReplySchema, {
        body: { claimKey: store.claimKey(), instanceId, n, waitSeconds: CLAIM_WAIT_SECONDS },
        extraMs: CLAIM_WAIT_SECONDS * 1000,
        signal: ending.signal,
      }),
    );
    const fresh = reply.jobs.filter((job) => !jobs.has(job.jobId));
    // Folders first: a crash between the two leaves a folder that the repeated claim replaces, never a job without its journal.
    for (const job of fresh) await prepareJobFolder(jobFolder(config.dataFolder, job.jobId), job.steps);
    store.keepClaimed(fresh.map(withoutSteps));
    for (const job of fresh) begin({ job: withoutSteps(job), end: undefined }, sentAt);
  }

  async function claimLoop(): Promise<void> {
    const backoff = createBackoff(500, 30_000);
    while (!ending.signal.aborted && accepting) {
      const free = config.maxJobs - jobs.size;
      const cut = AbortSignal.any([ending.signal, wake.signal]);
      if (free <= 0 || state === 'paused' || lastDiskMb < MIN_DISK_MB) {
        await pause(5000, cut);
        continue;
      }
      try {
        await claimOnce(free);
        backoff.reset();
      } catch (error) {
        if (ending.signal.aborted) return;
        const failure = asAppError(error);
        if (failure.code === 'UNAUTHENTICATED' || failure.code === 'FORBIDDEN')
          log.error({ reason: failure.message }, 'the orchestrator refuses the key');
        else if (!isBrokenCircuitError(error)) log.warn({ reason: failure.message }, 'cannot claim, trying again');
        if (failure.code === 'NOT_FOUND' || failure.code === 'CONFLICT') await register().catch(() => undefined);
        await pause(backoff.next(), cut);
      }
    }
  }

  async function heartbeat(): Promise<void> {
    const load = await measure();
    lastDiskMb = load.diskFreeMb;
    const held = [...jobs.values()];
    const sentAt = performance.now();
    const reply = await client.call('POST', '/robots/heartbeat', heartbeatReplySchema, {
      body: {
        instanceId,
        state,
        ...load,
        jobs: held.map(({ job, position }) => ({ jobId: job.jobId, fence: job.fence, ...position() })),
      },
    });
    for (const runner of held) if (!reply.lost.includes(runner.job.jobId)) runner.lease.renewed(sentAt, leaseSeconds);
    obey(reply);
    await saveStatus();
  }

  function obey(reply: HeartbeatReply): void {
    for (const jobId of reply.lost) jobs.get(jobId)?.drop();
    for (const jobId of reply.cancel) jobs.get(jobId)?.cancel();
    for (const command of reply.commands) run(command);
  }

  function run({ command }: Pick<RobotCommand, 'command'>): void {
    log.info({ command }, 'command from the fleet');
    if (command === 'pause' && (state === 'idle' || state === 'busy')) setState('paused');
    else if (command === 'resume' && (state === 'paused' || state === 'draining')) {
      setState(jobs.size > 0 ? 'busy' : 'idle');
      wakeUp();
    } else if (command === 'drain') void drain();
    else if (command === 'stop') void stop();
    else if (command === 'restart') void stop('restart');
    void heartbeat().catch(() => undefined);
  }

  /** Finishes what runs, takes nothing new, then stops. */
  async function drain(): Promise<void> {
    accepting = false;
    setState('draining');
    wakeUp();
    await Promise.allSettled([...jobs.values()].map((runner) => runner.done));
    await stop();
  }

  async function heartbeatLoop(): Promise<void> {
    while (!ending.signal.aborted) {
      await heartbeat().catch(async (error: unknown) => {
        const failure = asAppError(error);
        log.warn({ reason: failure.message }, 'heartbeat failed');
        if (failure.code === 'NOT_FOUND' || failure.code === 'CONFLICT') await register().catch(() => undefined);
      });
      await pause(heartbeatMs, ending.signal);
    }
  }

  let stopping: Promise<void> | undefined;
  function stop(how: 'stopped' | 'restart' = 'stopped'): Promise<void> {
    stopping ??= (async () => {
      accepting = false;
      setState('stopping');
      wakeUp();
      const all = () => Promise.allSettled([...jobs.values()].map((runner) => runner.done));
      await within(all(), config.graceMs);
      for (const runner of jobs.values()) runner.release();
      // Handing back takes a worker's stop (5 s at most) and one request; an orchestrator that is away must not hold the service up.
      await within(all(), HAND_BACK_MS);
      if (state === 'stopping') await signOff();
      ending.abort();
      workers.close();
      await all();
      connection?.close();
      await removeStatus(config.dataFolder);
      store.close();
      log.info('stopped');
      settleEnded(how);
    })();
    return stopping;
  }

  async function signOff(): Promise<void> {
    const load = await measure();
    await client
      .call('POST', '/robots/heartbeat', heartbeatReplySchema, {
        body: { instanceId, state: 'offline', ...load, jobs: [] },
        extraMs: -8000,
      })
      .catch(() => undefined);
  }

  try {
    await register();
  } catch (error) {
    workers.close();
    store.close();
    throw error;
  }
  connection = openConnection(config.url, config.key, instanceId, {
    onWake: wakeUp,
    onCancel: (jobId) => jobs.get(jobId)?.cancel(),
    onCommand: run,
  });
  await Promise.all(store.heldJobs().map(takeUp));
  settleState();
  await saveStatus();
  void heartbeatLoop();
  void claimLoop();

  return {
    get state() {
      return state;
    },
    stop: () => stop(),
    ended,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/** The rows stand in the job's folder; keeping them twice would cost a large copy per job. */
function withoutSteps(job: ClaimedJob): ClaimedJob {
  return { ...job, steps: [] };
}
