import { AppError, wrongHostEntries } from '@casare/shared';
import { z } from 'zod';
import type { RequestRates } from './http/request-limits.ts';

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
  /** Address to listen on; anything but loopback needs TLS in front. */
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4780),
  /** Absent: a PostgreSQL of its own in DATA_DIR. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'starts with postgres://')
    .optional(),
  DATA_DIR: z.string().min(1).default('.casare/postgres'),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(200).default(12),
  /** Folder of the built studio, served at `/`. */
  STUDIO_DIST: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Web addresses, besides its own, whose pages may use the API and the sockets. */
  ALLOWED_ORIGINS: list,
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: list,
  /** Names, `*.example`, addresses and networks that triggers may connect to besides public ones. */
  EGRESS_ALLOWED_HOSTS: list.refine(
    (hosts) => wrongHostEntries(hosts).length === 0,
    'write names (erp.example, *.example), addresses and networks (10.1.0.0/16)',
  ),
  /** The part of keys that tells test from live ones. */
  KEY_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/, 'up to 12 small letters and digits')
    .default('live'),
  RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** What the keys of job journals are made of; absent: a random one, kept in the database. */
  JOURNAL_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  /** `id:base64` of 32 bytes, separated by commas, the current one first; absent: a random key, kept beside the database or in it. */
  VAULT_KEYS: z.string().min(1).optional(),
  /** A file with the same, in place of it. */
  VAULT_KEYS_FILE: z.string().min(1).optional(),
  /** How long artifacts of jobs and robots (pictures, pages, traces, logs) are kept. */
  ARTIFACT_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  /** Megabytes of artifacts of one tenant; more are refused. */
  ARTIFACT_MB: z.coerce.number().int().min(1).max(10_000_000).default(5120),
  /** Folder that all instances share for the contents of artifacts; absent: in the database. */
  ARTIFACT_DIR: z.string().min(1).optional(),
  /** Addresses of stores of secrets (HashiCorp Vault) that workspaces may refer to. */
  SECRET_STORES: list.pipe(
    z.array(z.url({ protocol: /^https?$/, error: 'addresses such as https://vault.example.com:8200' })),
  ),
  /** How long a claim holds a job without a word of its robot; heartbeats and all other pauses follow from it. */
  LEASE_SECONDS: z.coerce.number().min(1).max(600).default(60),
  /** A job whose step has no history is stuck after so long without progress. */
  STUCK_MINUTES: z.coerce.number().min(1).max(10_080).default(30),
  /** Requests a second of one person, admin key or service key, of one robot key, and of a whole tenant; 0: no limit. */
  REQUESTS_PER_KEY: z.coerce.number().int().min(0).max(1_000_000).default(200),
  REQUESTS_PER_ROBOT_KEY: z.coerce.number().int().min(0).max(1_000_000).default(2000),
  REQUESTS_PER_TENANT: z.coerce.number().int().min(0).max(1_000_000).default(5000),
  /** Where traces are sent (OpenTelemetry, its own variables); absent: nowhere. Read by the SDK too, which knows more of them. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'console', 'none']).optional(),
  /** false: leave the schema of the database alone and refuse to start when it is too old. */
  MIGRATE: z.enum(['true', 'false']).default('true'),
});

export interface OrchestratorConfig {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly maxConnections: number;
  readonly studioDist?: string | undefined;
  readonly logLevel: string;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly keyEnvironment: string;
  readonly retentionDays: number;
  readonly journalSecret?: string | undefined;
  readonly vaultKeys?: string | undefined;
  readonly vaultKeysFile?: string | undefined;
  readonly artifactDays?: number | undefined;
  readonly artifactMb?: number | undefined;
  readonly artifactDir?: string | undefined;
  readonly secretStores?: readonly string[] | undefined;
  /** Hosts and networks of one's own that triggers may connect to. */
  readonly egressAllowed?: readonly string[] | undefined;
  /** Absent: no limits, for a server that only its own machine reaches. */
  readonly requestRates?: RequestRates | undefined;
  readonly migrate: boolean;
  /** Default: 60. */
  readonly leaseSeconds?: number;
  /** Default: 30. */
  readonly stuckMinutes?: number;
  /** For tests, as FAIL_AT: where this process dies (failpoint.ts). */
  readonly failAt?: string | undefined;
}

/** Reads the settings once; throws CONFIG_INVALID with every fault. Empty variables count as absent. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): OrchestratorConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('CONFIG_INVALID', `Settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
      details: { faults },
    });
  }
  const { data } = parsed;
  return {
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL,
    dataDir: data.DATA_DIR,
    maxConnections: data.DATABASE_CONNECTIONS,
    studioDist: data.STUDIO_DIST,
    logLevel: data.LOG_LEVEL,
    allowedOrigins: data.ALLOWED_ORIGINS,
    trustedProxies: data.TRUSTED_PROXIES,
    keyEnvironment: data.KEY_ENVIRONMENT,
    retentionDays: data.RETENTION_DAYS,
    journalSecret: data.JOURNAL_SECRET,
    vaultKeys: data.VAULT_KEYS,
    vaultKeysFile: data.VAULT_KEYS_FILE,
    artifactDays: data.ARTIFACT_DAYS,
    artifactMb: data.ARTIFACT_MB,
    artifactDir: data.ARTIFACT_DIR,
    secretStores: data.SECRET_STORES.map((url) => new URL(url).origin),
    egressAllowed: data.EGRESS_ALLOWED_HOSTS,
    requestRates: {
      perKey: data.REQUESTS_PER_KEY,
      perRobotKey: data.REQUESTS_PER_ROBOT_KEY,
      perTenant: data.REQUESTS_PER_TENANT,
    },
    migrate: data.MIGRATE === 'true',
    leaseSeconds: data.LEASE_SECONDS,
    stuckMinutes: data.STUCK_MINUTES,
    failAt: given['FAIL_AT'],
  };
}
