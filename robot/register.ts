import { hostname } from 'node:os';
import { AppError, asAppError, type SelfRegisterReply, selfRegisterReplySchema } from '@casare/shared';
import type { Logger } from 'pino';
import packageJson from './package.json' with { type: 'json' };
import { createBackoff } from './backoff.ts';
import type { RobotConfig } from './config.ts';
import { machineSize } from './machine.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { Reachability } from './reachability.ts';

/** After kill -9 the orchestrator still holds the old process for alive; it gives way when its heartbeats stay away. */
const TAKEOVER_POLL_MS = 1000;

export interface Registration {
  client: OrchestratorClient;
  reach: Reachability;
  capabilities: readonly string[];
  config: RobotConfig;
  instanceId: string;
  log: Logger;
  signal: AbortSignal;
}

/** Takes the robot's place in the fleet; waits while the orchestrator is away or its old process counts as alive, throws when it is refused. */
export async function register({
  client,
  reach,
  capabilities,
  config,
  instanceId,
  log,
  signal,
}: Registration): Promise<SelfRegisterReply> {
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
          hostname: hostname(),
          capabilities,
          tags: config.tags,
          ...(config.environment !== undefined && { environment: config.environment }),
          ...machineSize(),
          maxConcurrentJobs: config.maxJobs,
        },
        signal,
      });
      log.info({ robotId: reply.robot.id, url: config.url }, 'registered');
      return reply;
    } catch (error) {
      const occupied = error instanceof AppError && error.code === 'ALREADY_RUNNING';
      if (signal.aborted || !(occupied || isTemporary(error))) throw error;
      const ms = occupied ? Math.min(backoff.next(), TAKEOVER_POLL_MS) : backoff.next();
      log.warn({ reason: asAppError(error).message, nextTryMs: Math.round(ms) }, 'cannot register yet');
      await reach.pause(ms, signal);
    }
  }
}
