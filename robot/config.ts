import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { type NetworkSettings, type ProgramPolicy, wrongHosts } from '@casare/engine';
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
  ROBOT_PROGRAMS: list.describe('Programs that workflows may start, comma separated: names or whole paths; * for any'),
  ROBOT_NETWORK: z
    .enum(['open', 'strict'])
    .default('open')
    .describe('Where workflows may connect to: open = everywhere, strict = public addresses and ROBOT_ALLOWED_HOSTS'),
  ROBOT_ALLOWED_HOSTS: list
    .refine(
      (hosts) => wrongHosts(hosts).length === 0,
      'write names (erp.example, *.example), addresses and networks (10.1.0.0/16)',
    )
    .describe('With strict: hosts of your own network that workflows need, comma separated'),
  CASARE_PACKS: z
    .string()
    .min(1)
    .default(join(homedir(), '.casare', 'packs'))
    .describe('Folder of the third-party packs'),
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
  programs: ProgramPolicy;
  network: NetworkSettings;
  packsFolder: string;
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
  if (parsed.data?.ROBOT_NETWORK === 'open' && parsed.data.ROBOT_ALLOWED_HOSTS.length > 0)
    throw new AppError(
      'CONFIG_INVALID',
      'ROBOT_ALLOWED_HOSTS has an effect only with ROBOT_NETWORK=strict. Set that, or leave the list out.',
    );
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
    programs: programPolicy(value.ROBOT_PROGRAMS),
    network: { mode: value.ROBOT_NETWORK, allowed: value.ROBOT_ALLOWED_HOSTS },
    packsFolder: value.CASARE_PACKS,
    logLevel: value.LOG_LEVEL,
    workerEnv: Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'ORCHESTRATOR_API_KEY')),
  };
}

function programPolicy(allowed: readonly string[]): ProgramPolicy {
  if (allowed.includes('*')) return 'any';
  return allowed.length === 0 ? 'none' : allowed;
}
