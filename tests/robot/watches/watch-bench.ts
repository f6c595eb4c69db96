import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createOrchestratorClient } from '../../../robot/orchestrator-client.ts';
import { startWatches, type Watches } from '../../../robot/watches/watches.ts';
import { caller, type Fleet } from '../../orchestrator/fleet.ts';

export interface Watcher {
  readonly robotId: string;
  /** Stops as a robot does that is told to. */
  stop(): Promise<void>;
  /** Is gone without a word. */
  lose(): void;
}

/** The watching part of a robot, registered with the fleet. */
export async function startWatcher(fleet: Fleet, name: string, tags: string[] = []): Promise<Watcher> {
  const instanceId = randomUUID();
  const { status, body } = await caller(fleet.url, fleet.keys.robotKey)<{ robot: { id: string } }>(
    'POST',
    '/robots/self-register',
    {
      name,
      instanceId,
      version: '0.1.0',
      protocol: 1,
      platform: process.platform,
      hostname: hostname(),
      capabilities: [],
      tags,
      cores: 1,
      memoryMb: 1024,
      maxConcurrentJobs: 1,
    },
  );
  if (status !== 200) throw new Error(JSON.stringify(body));
  const ending = new AbortController();
  const watches: Watches = startWatches({
    client: createOrchestratorClient(fleet.url, fleet.keys.robotKey),
    instanceId,
    log: pino({ level: 'silent' }),
    policy: {},
    isActive: () => true,
    signal: ending.signal,
  });
  return { robotId: body.robot.id, stop: () => watches.stop(), lose: () => ending.abort() };
}
