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
  /** The part of keys that tells test from live ones. */
  KEY_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/, 'up to 12 small letters and digits')
    .default('live'),
  RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** What the keys of job journals are made of; absent: a random one, kept in the database. */
  JOURNAL_SECRET: z.string().min(32, 'at least 32 characters').optional(),
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
  readonly migrate: boolean;
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
    migrate: data.MIGRATE === 'true',
  };
}
