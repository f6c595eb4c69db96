import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { DatabaseTarget, ServerTarget } from '../../resources/databases.ts';

const servers = { kind: ['postgres', 'mysql'] };

/** Parameters of every database step that say which database. */
export const connectionFields = {
  kind: z.enum(['postgres', 'mysql', 'sqlite']).default('postgres').meta({
    title: 'Database',
    description: 'postgres: PostgreSQL; mysql: MySQL and MariaDB; sqlite: a file.',
  }),
  connection: z.string().max(5000).default('').meta({
    title: 'Connection address',
    description: 'All in one, in place of the fields below, e.g. from a secret variable.',
    placeholder: 'postgres://user:password@host:5432/database',
    'x-widget': 'password',
  }),
  file: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'File', placeholder: 'data/orders.db', 'x-widget': 'file', 'x-show-if': { kind: ['sqlite'] } }),
  host: z.string().max(255).default('').meta({ title: 'Host', placeholder: 'db.example.com', 'x-show-if': servers }),
  port: z.int().min(0).max(65_535).default(0).meta({
    title: 'Port',
    description: '0: the usual one (5432 or 3306).',
    'x-show-if': servers,
    'x-advanced': true,
  }),
  database: z.string().max(255).default('').meta({ title: 'Name of the database', 'x-show-if': servers }),
  user: z.string().max(255).default('').meta({ title: 'User', 'x-show-if': servers }),
  password: z.string().max(5000).default('').meta({ title: 'Password', 'x-widget': 'password', 'x-show-if': servers }),
  tls: z.enum(['off', 'require', 'verify']).default('off').meta({
    title: 'Encryption',
    description: 'require: encrypted, whoever answers; verify: the certificate must fit the host too.',
    'x-show-if': servers,
    'x-advanced': true,
  }),
  ca: z
    .string()
    .max(100_000)
    .default('')
    .meta({
      title: 'Certificate of the authority',
      description: 'PEM text, where the server is not signed by a public one.',
      'x-widget': 'textarea',
      'x-show-if': { tls: ['verify'] },
      'x-advanced': true,
    }),
};

export const timeField = {
  timeoutSeconds: z.number().min(0.1).max(86_400).default(60).meta({
    title: 'Time limit',
    description: 'Then the statement is stopped on the server.',
    unit: 's',
    'x-advanced': true,
  }),
};

const connectionSchema = z.object(connectionFields);
export type ConnectionParams = z.output<typeof connectionSchema>;

const usualPorts = { postgres: 5432, mysql: 3306 };

/** Where the step's database is; a SQLite file is checked as every other file. */
export async function targetOf(ctx: NodeContext, params: ConnectionParams): Promise<DatabaseTarget> {
  const given = params.connection === '' ? params : fromAddress(params.connection, params);
  if (given.kind === 'sqlite') {
    if (given.file === '') throw new AppError('PARAMS_INVALID', 'Name the SQLite file.');
    return { kind: 'sqlite', file: await ctx.files.writable(given.file, { overwrite: true }) };
  }
  if (given.host === '') throw new AppError('PARAMS_INVALID', 'Name the host of the database.');
  const { kind, host, port, database, user, password, tls, ca } = given;
  return { kind, host, port: port || usualPorts[kind], database, user, password, tls, ca } satisfies ServerTarget;
}

const kinds: Readonly<Record<string, ConnectionParams['kind']>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
};
const tlsModes: Readonly<Record<string, ConnectionParams['tls']>> = {
  disable: 'off',
  disabled: 'off',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};

/** The address is never shown: it holds the password. */
function fromAddress(address: string, params: ConnectionParams): ConnectionParams {
  const kind = kinds[/^(\w+):/.exec(address)?.[1]?.toLowerCase() ?? ''];
  if (kind === 'sqlite') return { ...params, kind, file: address.replace(/^sqlite:(\/\/)?/i, '') };
  if (!kind || !URL.canParse(address)) {
    throw new AppError(
      'PARAMS_INVALID',
      'The connection address cannot be read. Write it as postgres://user:password@host:5432/database, mysql://… or sqlite:file.db; characters such as @ or / in the password as %40 or %2F.',
    );
  }
  const url = new URL(address);
  const mode = url.searchParams.get('sslmode') ?? url.searchParams.get('ssl-mode') ?? '';
  return {
    ...params,
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 0),
    database: decode(url.pathname.slice(1)),
    user: decode(url.username),
    password: decode(url.password),
    tls:
      tlsModes[mode.toLowerCase().replace('_', '-')] ??
      (url.searchParams.get('ssl') === 'true' ? 'verify' : params.tls),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function holderOf(ctx: NodeContext): string {
  return `step "${ctx.path}" of run ${ctx.run.id}`;
}
