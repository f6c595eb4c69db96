import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  asAppError,
  type HeartbeatReply,
  heartbeatReplySchema,
  type RobotCommand,
  type RobotState,
} from '@casare/shared';
import { pino } from 'pino';
import { pause, within } from './backoff.ts';
import { type Claims, startClaiming } from './claim.ts';
import type { RobotConfig } from './config.ts';
import { openConnection, type RobotConnection } from './connection.ts';
import type { JobRunner } from './job-runner.ts';
import { createLoadMeter } from './machine.ts';
import { createOrchestratorClient } from './orchestrator-client.ts';
import { register } from './register.ts';
import { createRunningJobs } from './running-jobs.ts';
import { removeStatus, writeStatus } from './status-file.ts';
import { openRobotStore } from './store.ts';
import { takeUpJob } from './take-up.ts';
import { createWorkerProcesses } from './worker-processes.ts';

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
 * thrown), takes up the jobs it held before, then claims. `signal` ends the wait of the start; afterwards there is `stop`.
 */
export async function startRobot(config: RobotConfig, signal: AbortSignal): Promise<Robot> {
  const log = pino({ level: config.logLevel, base: { robot: config.name }, redact: ['key'] });
  const store = openRobotStore(config.dataFolder);
  const client = createOrchestratorClient(config.url, config.key);
  const workers = createWorkerProcesses(
    {
      // Every worker loads the same sources: compiled once, they load in two thirds of the time.
      NODE_COMPILE_CACHE: join(config.dataFolder, 'compiled'),
      ...config.workerEnv,
    },
    { packs: config.packsFolder, programs: config.programs, network: config.network },
  );
  const measure = createLoadMeter(config.dataFolder);
  const instanceId = randomUUID();
  const startedAt = new Date().toISOString();
  /** Ends everything that waits: loops, deliveries, pauses. */
  const ending = new AbortController();
  const jobs = createRunningJobs({
    dataFolder: config.dataFolder,
    client,
    store,
    workers,
    log,
    signal: ending.signal,
    onChange() {
      settleState();
      void saveStatus();
      claims?.wake();
    },
  });
  let state: RobotState = 'starting';
  let lastDiskMb = Number.POSITIVE_INFINITY;
  let leaseSeconds = 60;
  let heartbeatMs = 10_000;
  /** Jobs from before the start that are not taken up yet. */
  let toTakeUp = 0;
  let connection: RobotConnection | undefined;
  let claims: Claims | undefined;
  let takingUp: Promise<void> | undefined;
  let settleEnded: (how: 'stopped' | 'restart') => void = () => undefined;
  const ended = new Promise<'stopped' | 'restart'>((resolve) => {
    settleEnded = resolve;
  });

  function setState(next: RobotState): void {
    if (state === next) return;
    state = next;
    log.info({ state }, 'state');
    void saveStatus();
  }

  function settleState(): void {
    if (state === 'idle' || state === 'busy') setState(jobs.size > 0 ? 'busy' : 'idle');
  }

  let saving = Promise.resolve();
  /** One after the other, so that the newest is what remains. */
  function saveStatus(): Promise<void> {
    saving = saving.then(async () => {
      if (ending.signal.aborted) return;
      await writeStatus(config.dataFolder, {
        pid: process.pid,
        name: config.name,
        url: config.url,
        state,
        connected: connection?.connected ?? false,
        jobs: jobs.all().map(({ job, position }) => ({ jobId: job.jobId, workflow: job.workflow.name, ...position() })),
        startedAt,
        updatedAt: new Date().toISOString(),
      }).catch((error: unknown) => log.warn({ error: String(error) }, 'the status file cannot be written'));
    });
    return saving;
  }

  async function takePlace(until: AbortSignal): Promise<void> {
    const reply = await register({ client, config, instanceId, log, signal: until });
    leaseSeconds = reply.leaseSeconds;
    heartbeatMs = reply.heartbeatSeconds * 1000;
  }

  async function heartbeat(): Promise<void> {
    const load = await measure();
    lastDiskMb = load.diskFreeMb;
    const held = jobs.all();
    const sentAt = performance.now();
    const reply = await client.call('POST', '/robots/heartbeat', heartbeatReplySchema, {
      body: {
        instanceId,
        state,
        ...load,
        jobs: held.map(({ job, position }) => ({ jobId: job.jobId, fence: job.fence, ...position() })),
      },
      signal: ending.signal,
    });
    obey(reply, held, sentAt);
    await saveStatus();
  }

  /** The answer is about the leases that were shown, not about a job that has come back under another one since. */
  function obey(reply: HeartbeatReply, held: readonly JobRunner[], sentAt: number): void {
    for (const runner of held) {
      const { jobId } = runner.job;
      if (reply.lost.includes(jobId)) runner.drop();
      else runner.lease.renewed(sentAt, leaseSeconds);
      if (reply.cancel.includes(jobId)) runner.cancel();
    }
    for (const command of reply.commands) run(command);
  }

  function run({ command }: Pick<RobotCommand, 'command'>): void {
    log.info({ command }, 'command from the fleet');
    if (command === 'pause' && (state === 'idle' || state === 'busy')) setState('paused');
    else if (command === 'resume' && (state === 'paused' || state === 'draining')) {
      setState(jobs.size > 0 ? 'busy' : 'idle');
      claims?.wake();
    } else if (command === 'drain' && state !== 'stopping') void drain();
    else if (command === 'stop') void stop();
    else if (command === 'restart') void stop('restart');
    // The orchestrator gives nothing more to a robot that it knows to be paused, so it has to know at once.
    void heartbeat().catch(() => undefined);
  }

  /** Finishes what runs, takes nothing new, then stops; "resume" calls it off. */
  async function drain(): Promise<void> {
    setState('draining');
    while (state === 'draining' && jobs.size + toTakeUp > 0) await pause(100, ending.signal);
    if (state === 'draining') await stop();
  }

  async function heartbeatLoop(): Promise<void> {
    while (!ending.signal.aborted) {
      await heartbeat().catch(async (error: unknown) => {
        if (ending.signal.aborted) return;
        const failure = asAppError(error);
        log.warn({ reason: failure.message }, 'heartbeat failed');
        if (failure.code === 'NOT_FOUND') await takePlace(ending.signal).catch(() => undefined);
      });
      await pause(heartbeatMs, ending.signal);
    }
  }

  async function takeUpAll(): Promise<void> {
    const before = store.heldJobs();
    toTakeUp = before.length;
    await Promise.all(
      before.map(async (held) => {
        await takeUpJob(held, { dataFolder: config.dataFolder, client, store, jobs, log, signal: ending.signal });
        toTakeUp -= 1;
      }),
    );
  }

  let stopping: Promise<void> | undefined;
  function stop(how: 'stopped' | 'restart' = 'stopped'): Promise<void> {
    stopping ??= (async () => {
      setState('stopping');
      // First of all the orchestrator hears of it, so that it gives nothing more to this robot.
      await within(
        heartbeat().catch(() => undefined),
        2000,
      );
      await Promise.all([claims?.stop(), within(jobs.settled(), config.graceMs)]);
      for (const runner of jobs.all()) runner.release();
      // Handing back takes a worker's stop (5 s at most) and one request; an orchestrator that is away must not hold the service up.
      await within(jobs.settled(), HAND_BACK_MS);
      await signOff();
      ending.abort();
      workers.close();
      await Promise.all([jobs.settled(), takingUp]);
      connection?.close();
      await saving;
      await removeStatus(config.dataFolder);
      store.close();
      log.info('stopped');
      settleEnded(how);
    })();
    return stopping;
  }

  async function signOff(): Promise<void> {
    const load = await measure();
    const body = { instanceId, state: 'offline', ...load, jobs: [] };
    await client
      .call('POST', '/robots/heartbeat', heartbeatReplySchema, { body, signal: AbortSignal.timeout(2000) })
      .catch(() => undefined);
  }

  await saveStatus();
  try {
    await takePlace(signal);
  } catch (error) {
    ending.abort();
    workers.close();
    await saving;
    await removeStatus(config.dataFolder);
    store.close();
    throw error;
  }
  setState('idle');
  takingUp = takeUpAll();
  const claiming = startClaiming({
    instanceId,
    dataFolder: config.dataFolder,
    client,
    store,
    jobs,
    log,
    signal: ending.signal,
    room: () =>
      (state === 'idle' || state === 'busy') && lastDiskMb >= MIN_DISK_MB ? config.maxJobs - jobs.size - toTakeUp : 0,
    registerAgain: () => takePlace(ending.signal),
  });
  claims = claiming;
  connection = openConnection(config.url, config.key, instanceId, {
    onWake: claiming.wake,
    onConnect() {
      claiming.wake();
      for (const runner of jobs.all()) runner.hurry();
    },
    onCancel: (jobId) => jobs.get(jobId)?.cancel(),
    onCommand: run,
  });
  void heartbeatLoop();

  return {
    get state() {
      return state;
    },
    stop: () => stop(),
    ended,
    [Symbol.asyncDispose]: () => stop(),
  };
}
