import { join } from 'node:path';
import type { RobotConfig } from './config.ts';
import type { WorkerSettings } from './worker-messages.ts';

/** What workers are started with. */
export function workerSettingsOf(config: RobotConfig): WorkerSettings {
  return {
    packs: config.packsFolder,
    programs: config.programs,
    network: config.network,
    evidence: config.evidence,
    traced: config.traced,
    ...(config.failAt !== undefined && { failAt: config.failAt }),
  };
}

export function workerEnvOf(config: RobotConfig): Record<string, string> {
  return {
    // Every worker loads the same sources: compiled once, they load in two thirds of the time.
    NODE_COMPILE_CACHE: join(config.dataFolder, 'compiled'),
    ...config.workerEnv,
  };
}
