import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@casare/shared';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

const schema = z.object({
  ORCHESTRATOR_URL: z.url({ protocol: /^https?$/ }).describe('Address of the orchestrator'),
  ORCHESTRATOR_API_KEY: z.string().min(1).describe('Robot key, made in the fleet panel or with "casare keys create"'),
  ROBOT_NAME: z
    .string()
    .min(1)
    .max(100)
    .default(hostname())
    .describe('Name in the fleet; default: the name of this machine'),
  ROBOT_DATA: z
    .string()
    .min(1)
    .default(join(homedir(), '.casare', 'robot'))
    .describe('Folder of journals and the outbox'),
  ROBOT_TAGS: list.describe('Tags that jobs can ask for, comma separated'),
  ROBOT_ENVIRONMENT: z.string().max(64).optional().describe('Environment, e.g. production'),
  ROBOT_MAX_JOBS: z.coerce.number().int().min(1).max(64).default(1).describe('Jobs at once'),
  ROBOT_GRACE_SECONDS: z.coerce
    .number()
    .min(0)
    .max(3600)
    .default(60)
    .describe('How long a stop waits for running jobs before it hands them back'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('How much it logs'),
});

export interface RobotConfig {
  url: string;
  key: string;
  name: string;
  dataFolder: string;
  tags: string[];
  environment?: string;
  maxJobs: number;
  graceMs: number;
  logLevel: string;
  /** What worker processes see of the environment: everything but the key. */
  workerEnv: Readonly<Record<string, string>>;
}

/** Every setting with its meaning; docs/robot.md shows the same table. */
export const ROBOT_SETTINGS = schema.shape;

/** Reads the environment once; CONFIG_INVALID lists every fault. Empty variables count as absent. */
export function readRobotConfig(env: NodeJS.ProcessEnv): RobotConfig {
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      const meaning = ROBOT_SETTINGS[name as keyof typeof ROBOT_SETTINGS]?.description;
      return given[name] === undefined ? `${name} is missing: ${meaning}` : `${name}: ${message}`;
    });
    throw new AppError('CONFIG_INVALID', `The robot cannot start, check these settings:\n  ${faults.join('\n  ')}`, {
      details: { faults },
    });
  }
  const value = parsed.data;
  return {
    url: new URL(value.ORCHESTRATOR_URL).origin,
    key: value.ORCHESTRATOR_API_KEY,
    name: value.ROBOT_NAME,
    dataFolder: value.ROBOT_DATA,
    tags: value.ROBOT_TAGS,
    ...(value.ROBOT_ENVIRONMENT !== undefined && { environment: value.ROBOT_ENVIRONMENT }),
    maxJobs: value.ROBOT_MAX_JOBS,
    graceMs: value.ROBOT_GRACE_SECONDS * 1000,
    logLevel: value.LOG_LEVEL,
    workerEnv: Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'ORCHESTRATOR_API_KEY')),
  };
}
