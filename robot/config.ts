import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { type NetworkSettings, type ProgramPolicy, wrongHosts } from '@casare/engine';
import { AppError, MAX_ROBOT_JOBS } from '@casare/shared';
import { z } from 'zod';
import { readKeyFile } from './key-file.ts';
import { isTraced } from './tracing/start-tracing.ts';

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
  ORCHESTRATOR_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('Robot key, made in the fleet panel or with "casare keys create"'),
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
  ROBOT_MAX_JOBS: z.coerce.number().int().min(1).max(MAX_ROBOT_JOBS).default(1).describe('Jobs at once'),
  ROBOT_GRACE_SECONDS: z.coerce
    .number()
    .min(0)
    .max(3600)
    .default(60)
    .describe('How long a stop waits for running jobs before it hands them back'),
  ROBOT_JOB_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(128)
    .max(1_048_576)
    .default(4096)
    .describe('Memory of one job with its browsers and programs; one that takes more is ended'),
  ROBOT_SCREENSHOTS: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Pictures and pages of jobs, on failure and on request: auto = on unless ROBOT_ENVIRONMENT is production',
    ),
  ROBOT_TRACE: z
    .enum(['off', 'on-failure'])
    .default('off')
    .describe('Record what browsers do and send the last minutes when a job fails'),
  ROBOT_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional().describe('Port of /metrics and /healthz'),
  ROBOT_METRICS_HOST: z.string().min(1).default('127.0.0.1').describe('Address that port is opened on'),
  ROBOT_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the key, in place of ORCHESTRATOR_API_KEY; only its owner may read it'),
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
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .optional()
    .describe('Where traces are sent (OpenTelemetry), e.g. http://localhost:4318; absent: nowhere'),
  OTEL_TRACES_EXPORTER: z.string().optional().describe('otlp, console or none, in place of it'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('How much it logs'),
});

/** For tests: `label:n`, the moment at which this process dies (robot/failpoint.ts). */
const failAt = z.string().min(1).optional();

/** What is kept of a job for people to look at. */
export interface EvidenceSettings {
  pictures: boolean;
  trace: boolean;
}

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
  /** Megabytes of one job. */
  jobMemoryMb: number;
  evidence: EvidenceSettings;
  metrics?: { host: string; port: number };
  packsFolder: string;
  logLevel: string;
  /** Traces are sent. */
  traced: boolean;
  failAt: string | undefined;
  /** What worker processes see of the environment: everything but the key and what may hold the key of a collector. */
  workerEnv: Readonly<Record<string, string>>;
}

function keyFault(given: Readonly<Record<string, string>>): string | undefined {
  const [key, file] = [given['ORCHESTRATOR_API_KEY'], given['ROBOT_KEY_FILE']];
  if (key === undefined && file === undefined)
    return `ORCHESTRATOR_API_KEY is missing: ${ROBOT_SETTINGS.ORCHESTRATOR_API_KEY.description}; or name a file with it in ROBOT_KEY_FILE`;
  return key !== undefined && file !== undefined
    ? 'ORCHESTRATOR_API_KEY and ROBOT_KEY_FILE are both set. Leave one out.'
    : undefined;
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
  const faultOfKey = keyFault(given);
  if (!parsed.success || faultOfKey !== undefined) {
    const faults = (parsed.error?.issues ?? []).map(({ path, message }) => {
      const name = path.join('.');
      const meaning = ROBOT_SETTINGS[name as keyof typeof ROBOT_SETTINGS]?.description;
      return given[name] === undefined ? `${name} is missing: ${meaning}` : `${name}: ${message}`;
    });
    // Beside the address, which it belongs to.
    if (faultOfKey !== undefined)
      faults.splice(faults.findIndex((fault) => fault.startsWith('ORCHESTRATOR_URL')) + 1, 0, faultOfKey);
    throw new AppError('CONFIG_INVALID', `The robot cannot start, check these settings:\n  ${faults.join('\n  ')}`, {
      details: { faults },
    });
  }
  const value = parsed.data;
  return {
    url: new URL(value.ORCHESTRATOR_URL).origin,
    key: keyOf(value),
    name: value.ROBOT_NAME,
    dataFolder: value.ROBOT_DATA,
    tags: value.ROBOT_TAGS,
    ...(value.ROBOT_ENVIRONMENT !== undefined && { environment: value.ROBOT_ENVIRONMENT }),
    maxJobs: value.ROBOT_MAX_JOBS,
    graceMs: value.ROBOT_GRACE_SECONDS * 1000,
    programs: programPolicy(value.ROBOT_PROGRAMS),
    jobMemoryMb: value.ROBOT_JOB_MEMORY_MB,
    evidence: {
      pictures:
        value.ROBOT_SCREENSHOTS === 'on' ||
        (value.ROBOT_SCREENSHOTS === 'auto' && value.ROBOT_ENVIRONMENT !== 'production'),
      trace: value.ROBOT_TRACE === 'on-failure',
    },
    ...(value.ROBOT_METRICS_PORT !== undefined && {
      metrics: { host: value.ROBOT_METRICS_HOST, port: value.ROBOT_METRICS_PORT },
    }),
    network: { mode: value.ROBOT_NETWORK, allowed: value.ROBOT_ALLOWED_HOSTS },
    packsFolder: value.CASARE_PACKS,
    logLevel: value.LOG_LEVEL,
    traced: isTraced(given),
    failAt: failAt.parse(given['FAIL_AT']),
    workerEnv: Object.fromEntries(
      Object.entries(given).filter(([name]) => name !== 'ORCHESTRATOR_API_KEY' && !name.startsWith('OTEL_')),
    ),
  };
}

function keyOf({ ORCHESTRATOR_API_KEY: key, ROBOT_KEY_FILE: file }: z.output<typeof schema>): string {
  if (file !== undefined) return readKeyFile(file);
  if (key !== undefined) return key;
  throw new TypeError('the settings were found whole above');
}

function programPolicy(allowed: readonly string[]): ProgramPolicy {
  if (allowed.includes('*')) return 'any';
  return allowed.length === 0 ? 'none' : allowed;
}
