import {
  asAppError,
  type HeartbeatReply,
  heartbeatReplySchema,
  type RobotBlock,
  type RobotState,
} from '@casare/shared';
import type { Logger } from 'pino';
import { pause } from './backoff.ts';
import type { RobotConfig } from './config.ts';
import type { JobRunner } from './job-runner.ts';
import { createLoadMeter, detectCapabilities, type Load } from './machine.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import type { Reachability } from './reachability.ts';
import { register } from './register.ts';
import type { RunningJobs } from './running-jobs.ts';
import type { WorkerSettings } from './worker-messages.ts';

/** How long a stop waits until the orchestrator has heard of it. */
const SIGN_OFF_MS = 2000;

/** What the orchestrator knows of this robot, and what it answers. */
export interface Heartbeat {
  /** Why no job is taken now. */
  readonly blocked: RobotBlock | undefined;
  readonly diskFreeMb: number;
  /** How the machine does; with too little room on its disk the robot takes no more. */
  look(): Promise<Load>;
  /** Registers; waits while the orchestrator is away. */
  takePlace(until: AbortSignal): Promise<void>;
  /** One after the other: one that is overtaken would tell a state that is over. */
  send(): Promise<void>;
  /** The same where nobody waits for it: the next one comes anyway. */
  sendSoon(): void;
  /** What this machine offers was looked up anew. */
  offers(capabilities: string[]): void;
  /** One after the other until the robot ends. */
  begin(): void;
  /** The last one. */
  signOff(): Promise<void>;
}

export interface HeartbeatOptions {
  config: RobotConfig;
  workerSettings: WorkerSettings;
  instanceId: string;
  client: OrchestratorClient;
  reach: Reachability;
  jobs: RunningJobs;
  log: Logger;
  signal: AbortSignal;
  state(): RobotState;
  onKnown(robotId: string): void;
  /** It takes jobs again, or no more. */
  onBlockChanged(): void;
  onCommand(command: HeartbeatReply['commands'][number]): void;
  onSent(): Promise<void>;
}

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { config, client, jobs, log, signal, instanceId } = options;
  const measure = createLoadMeter(config.dataFolder);
  let blocked: RobotBlock | undefined;
  let diskFreeMb = 0;
  let capabilities: string[] = [];
  /** Those the orchestrator knows. */
  let toldCapabilities = '';
  let leaseSeconds = 60;
  let everyMs = 10_000;
  let sending: Promise<unknown> = Promise.resolve();

  async function takePlace(until: AbortSignal): Promise<void> {
    capabilities = await detectCapabilities(options.workerSettings);
    const { reach } = options;
    const reply = await register({ client, reach, config, capabilities, instanceId, log, signal: until });
    options.onKnown(reply.robot.id);
    toldCapabilities = capabilities.join();
    leaseSeconds = reply.leaseSeconds;
    everyMs = reply.heartbeatSeconds * 1000;
  }

  async function look(): Promise<Load> {
    const { diskLow, ...load } = await measure();
    ({ diskFreeMb } = load);
    const before = blocked;
    blocked = diskLow ? 'disk_low' : undefined;
    if (blocked !== before) {
      if (blocked)
        log.warn({ diskFreeMb, reason: blocked }, 'too little room on the disk: no job is taken until there is more');
      else log.info({ diskFreeMb }, 'there is room on the disk again');
      options.onBlockChanged();
    }
    return load;
  }

  function send(): Promise<void> {
    const sent = sending.then(sendNow);
    sending = sent.catch(() => undefined);
    return sent;
  }

  async function sendNow(): Promise<void> {
    const load = await look();
    const told = capabilities.join();
    const held = jobs.all();
    const sentAt = performance.now();
    const reply = await client.call('POST', '/robots/heartbeat', heartbeatReplySchema, {
      body: {
        instanceId,
        state: options.state(),
        ...load,
        ...(blocked && { blocked }),
        ...(told !== toldCapabilities && { capabilities }),
        jobs: held.map(({ job, position }) => ({ jobId: job.jobId, fence: job.fence, ...position() })),
      },
      signal,
    });
    toldCapabilities = told;
    obey(reply, held, sentAt);
    await options.onSent();
  }

  /** The answer is about the leases that were shown, not about a job that has come back under another one since. */
  function obey(reply: HeartbeatReply, held: readonly JobRunner[], sentAt: number): void {
    for (const runner of held) {
      const { jobId } = runner.job;
      if (reply.lost.includes(jobId)) runner.drop();
      else runner.lease.renewed(sentAt, leaseSeconds);
      if (reply.cancel.includes(jobId)) runner.cancel();
    }
    for (const command of reply.commands) options.onCommand(command);
  }

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      await send().catch(async (error: unknown) => {
        if (signal.aborted) return;
        const failure = asAppError(error);
        log.warn({ reason: failure.message }, 'heartbeat failed');
        if (failure.code === 'NOT_FOUND') await takePlace(signal).catch(() => undefined);
      });
      await pause(everyMs, signal);
    }
  }

  const sendSoon = () => void send().catch(() => undefined);

  return {
    get blocked() {
      return blocked;
    },
    get diskFreeMb() {
      return diskFreeMb;
    },
    look,
    takePlace,
    send,
    sendSoon,
    offers(found) {
      capabilities = found;
      if (found.join() !== toldCapabilities) sendSoon();
    },
    begin: () => void beat(),
    async signOff() {
      const body = { instanceId, state: 'offline', ...(await look()), jobs: [] };
      await client
        .call('POST', '/robots/heartbeat', heartbeatReplySchema, { body, signal: AbortSignal.timeout(SIGN_OFF_MS) })
        .catch(() => undefined);
    },
  };
}
