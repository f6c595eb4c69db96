import { randomUUID } from 'node:crypto';
import { networkPolicy } from '@casare/engine';
import { asAppError, type RobotState } from '@casare/shared';
import { pause, within } from './backoff.ts';
import { type Claims, startClaiming } from './claim.ts';
import { createActions } from './commands/actions.ts';
import { createCommands } from './commands/commands.ts';
import type { RobotConfig } from './config.ts';
import { openConnection, type RobotConnection } from './connection.ts';
import { type LocalCommand, watchControl } from './control-file.ts';
import { createExaminations } from './doctor/examinations.ts';
import { openSpool } from './evidence/spool.ts';
import { robotFailpoint } from './failpoint.ts';
import { createHeartbeat } from './heartbeat.ts';
import { logsFolder, openRobotLog } from './logs/robot-log.ts';
import { createRobotMetrics } from './metrics/metrics.ts';
import { type MetricsServer, startMetricsServer } from './metrics/metrics-server.ts';
import { createOrchestratorClient } from './orchestrator-client.ts';
import { watchReachability } from './reachability.ts';
import { createRunningJobs } from './running-jobs.ts';
import { createStatusWriter } from './status-file.ts';
import { openRobotStore } from './store.ts';
import { takeUpJob } from './take-up.ts';
import { startWatches, type Watches } from './watches/watches.ts';
import { createWorkerProcesses } from './worker-processes.ts';
import { workerEnvOf, workerSettingsOf } from './worker-settings.ts';

/** How long a stop waits for jobs to be handed back; what is not stays in the data folder for the next start. */
const HAND_BACK_MS = 8000;
/** The same while nobody is there to take them: the step that runs gets its time to end, and the journal is kept. */
const KEEP_MS = 3000;
/** How long a stop waits for the fleet to hear what came of the command. */
const TELL_MS = 2000;
/** The orchestrator is there again: all go on within this time, not at once. */
const BACK_MS = 1000;

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
  const failpoint = robotFailpoint(config.failAt);
  const store = openRobotStore(config.dataFolder);
  const robotLog = openRobotLog(config);
  const { log } = robotLog;
  const { client, reach } = watchReachability(createOrchestratorClient(config.url, config.key));
  const workerSettings = workerSettingsOf(config);
  const workers = createWorkerProcesses(workerEnvOf(config), workerSettings, config.jobMemoryMb);
  const [instanceId, startedAt] = [randomUUID(), new Date().toISOString()];
  /** Ends everything that waits: loops, deliveries, pauses. */
  const ending = new AbortController();
  const spool = openSpool({ dataFolder: config.dataFolder, instanceId, client, reach, log, signal: ending.signal });
  const jobs = createRunningJobs({
    ...{ dataFolder: config.dataFolder, robotName: config.name },
    ...{ client, reach, spool },
    memoryMb: config.jobMemoryMb,
    onEnded: (end, seconds) => metrics.jobEnded(end, seconds),
    store,
    workers,
    log,
    failpoint,
    signal: ending.signal,
    onChange() {
      settleState();
      void status.save();
      claims?.wake();
    },
  });
  const metrics = createRobotMetrics({
    ...{ config, jobs, store, spool, reach },
    connected: () => connection?.connected ?? false,
    diskFreeMb: () => heart.diskFreeMb,
  });
  let metricsServer: MetricsServer | undefined;
  let state: RobotState = 'starting';
  /** Jobs from before the start that are not taken up yet. */
  let toTakeUp = 0;
  let connection: RobotConnection | undefined;
  let claims: Claims | undefined;
  let watches: Watches | undefined;
  let takingUp: Promise<void> | undefined;
  let settleEnded: (how: 'stopped' | 'restart') => void = () => undefined;
  const ended = new Promise<'stopped' | 'restart'>((resolve) => {
    settleEnded = resolve;
  });

  function setState(next: RobotState): void {
    if (state === next) return;
    state = next;
    log.info({ state }, 'state');
    void status.save();
  }

  function settleState(): void {
    if (state === 'idle' || state === 'busy') setState(jobs.size > 0 ? 'busy' : 'idle');
  }

  const status = createStatusWriter(config.dataFolder, log, () => ({
    pid: process.pid,
    name: config.name,
    url: config.url,
    state,
    connected: connection?.connected ?? false,
    ...(heart.blocked && { blocked: heart.blocked }),
    jobs: jobs.all().map(({ job, position }) => ({ jobId: job.jobId, workflow: job.workflow.name, ...position() })),
    startedAt,
    updatedAt: new Date().toISOString(),
  }));

  const heart = createHeartbeat({
    ...{ config, workerSettings, instanceId, client, reach, jobs, log, signal: ending.signal },
    state: () => state,
    onKnown: robotLog.knownAs,
    onBlockChanged: () => claims?.wake(),
    onCommand: (command) => commands.hear(command),
    onSent: () => status.save(),
  });

  const examinations = createExaminations({
    patient: config,
    workerSettings,
    instanceId,
    client,
    log,
    signal: ending.signal,
    onCapabilities: heart.offers,
  });
  const actions = createActions({
    state: () => state,
    setState,
    jobs: () => jobs.all(),
    resumed() {
      commands.settle(['drain'], { state: 'failed', reason: 'Called off by "resume".' });
      claims?.wake();
    },
    drain: () => void drain(),
    stop: (how) => void stop(how),
    // The orchestrator gives nothing more to a robot that it knows to be paused, so it has to know at once.
    tellState: heart.sendSoon,
    pictures: config.evidence.pictures,
    spool,
    logFolder: logsFolder(config.dataFolder),
    examine: examinations.run,
  });
  const commands = createCommands({
    table: store.commands,
    instanceId,
    client,
    reach,
    log,
    signal: ending.signal,
    settledLater: ['drain', 'stop', 'restart'],
    actions,
  });

  /** A person on this machine may say the same as the fleet; nobody waits for an answer. */
  function hearLocal(command: LocalCommand): void {
    log.info({ command }, 'command on this machine');
    actions[command]({ id: randomUUID(), command, jobId: null }).catch((error: unknown) =>
      log.warn({ command, reason: asAppError(error).message }, 'a command could not be carried out'),
    );
  }

  /** Finishes what runs, takes nothing new, then stops; "resume" calls it off. */
  async function drain(): Promise<void> {
    setState('draining');
    while (state === 'draining' && jobs.size + toTakeUp > 0) await pause(100, ending.signal);
    if (state === 'draining') await stop();
  }

  async function takeUpAll(): Promise<void> {
    const before = store.heldJobs();
    toTakeUp = before.length;
    await Promise.all(
      before.map(async (held) => {
        await takeUpJob(held, {
          dataFolder: config.dataFolder,
          client,
          reach,
          store,
          jobs,
          log,
          failpoint,
          signal: ending.signal,
        });
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
        heart.send().catch(() => undefined),
        2000,
      );
      await Promise.all([claims?.stop(), watches?.stop(), within(jobs.settled(), config.graceMs)]);
      for (const runner of jobs.all()) runner.release();
      // Handing back takes a worker's stop (5 s at most) and one request; an orchestrator that is away must not hold the service up.
      await within(jobs.settled(), reach.away ? KEEP_MS : HAND_BACK_MS);
      commands.settle(['drain', 'stop'], { state: 'done' });
      await commands.tellAll(TELL_MS);
      await heart.signOff();
      ending.abort();
      reach.close();
      workers.close();
      await Promise.all([jobs.settled(), takingUp, spool.stopped(), metricsServer?.close()]);
      connection?.close();
      await status.remove();
      store.close();
      log.info('stopped');
      robotLog.close();
      settleEnded(how);
    })();
    return stopping;
  }

  try {
    await status.save();
    metricsServer =
      config.metrics &&
      (await startMetricsServer(config.metrics, metrics.registry, () => ({ ok: state !== 'offline', state })));
    if (metricsServer) log.info({ url: metricsServer.url }, 'figures for Prometheus');
    await heart.look();
    await heart.takePlace(signal);
  } catch (error) {
    ending.abort();
    reach.close();
    await metricsServer?.close();
    robotLog.close();
    workers.close();
    await status.remove();
    store.close();
    throw error;
  }
  setState('idle');
  // The process before this one was told to end and to begin anew; it has.
  commands.settle(['restart', 'stop', 'drain'], { state: 'done' });
  commands.settle(['screenshot', 'logs', 'doctor', 'pause', 'resume'], {
    state: 'failed',
    reason: 'The robot ended before it was done.',
  });
  robotLog.ship({ instanceId, client, signal: ending.signal });
  spool.wake();
  takingUp = takeUpAll();
  const claiming = startClaiming({
    instanceId,
    dataFolder: config.dataFolder,
    client,
    store,
    jobs,
    log,
    failpoint,
    signal: ending.signal,
    room: () =>
      (state === 'idle' || state === 'busy') && heart.blocked === undefined ? config.maxJobs - jobs.size - toTakeUp : 0,
    registerAgain: () => heart.takePlace(ending.signal),
  });
  claims = claiming;
  watches = startWatches({
    client,
    instanceId,
    log,
    policy: networkPolicy(config.network),
    isActive: () => state === 'idle' || state === 'busy',
    signal: ending.signal,
  });
  function goOn(): void {
    claiming.wake();
    for (const runner of jobs.all()) runner.hurry();
  }
  connection = openConnection(config.url, config.key, instanceId, {
    onWake: claiming.wake,
    onConnect: goOn,
    onCancel: (jobId) => jobs.get(jobId)?.cancel(),
    onCommand: commands.hear,
  });
  // A thousand robots must not come back in the same instant.
  reach.onBack(() => void pause(Math.random() * BACK_MS, ending.signal).then(goOn));
  const unwatch = watchControl(config.dataFolder, hearLocal);
  ending.signal.addEventListener('abort', unwatch);
  heart.begin();
  examinations.begin();

  return {
    get state() {
      return state;
    },
    stop: () => stop(),
    ended,
    [Symbol.asyncDispose]: () => stop(),
  };
}
