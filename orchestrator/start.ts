import { resolve } from 'node:path';
import { AppError, type CatalogIndex } from '@casare/shared';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { OrchestratorConfig } from './config.ts';
import { type Context, defaultTiming, type Timing } from './context.ts';
import { openDatabase } from './db/database.ts';
import { startEmbedded } from './db/embedded.ts';
import { gather } from './db/gather.ts';
import { migrate } from './db/migrate.ts';
import type { EventReader } from './events/event-reader.ts';
import { startSignals } from './events/signals.ts';
import { type Live, startLive } from './events/socket-server.ts';
import { closeApp, trackRequests } from './http/close-app.ts';
import { openJobKeys } from './jobs/job-keys.ts';
import { createWaitingClaims } from './jobs/waiting-claims.ts';
import { startWakingClaims } from './jobs/wake-claims.ts';
import { createFirstKeys, ensureWorkspace, type FirstKeys, hasAdminKey } from './keys/first-keys.ts';
import { limitFailures } from './keys/failure-limit.ts';
import { createKeyVerifier } from './keys/verify.ts';
import { startHousekeeping } from './maintenance/housekeeping.ts';
import { readCatalog } from './workflows/catalog.ts';
import { createDocuments } from './workflows/documents.ts';

export interface Orchestrator extends AsyncDisposable {
  /** Where it answers, e.g. `http://127.0.0.1:4780`. */
  readonly url: string;
  readonly databaseUrl: string;
  /** An admin key and a robot key of the first workspace, while no admin key exists; nothing afterwards. */
  createFirstKeys(): Promise<FirstKeys | undefined>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** For tests, which cannot wait a minute for a lease to run out. */
  readonly timing?: Partial<Timing>;
  /** Wrong keys in a minute from one address or for one key. */
  readonly wrongKeysPerMinute?: number;
  /** Node types that documents may use; default: the generated catalog. */
  readonly catalog?: CatalogIndex;
}

const version = '0.1.0';
/** How long requests may take to finish at a stop. */
const graceMs = 4000;

/** Starts the control plane; everything it started is gone after `stop()`. */
export async function startOrchestrator(config: OrchestratorConfig, options: StartOptions = {}): Promise<Orchestrator> {
  await using started = new AsyncDisposableStack();
  const log = pino({ level: config.logLevel, redact: ['req.headers', '*.key', '*.authorization'] });
  const databaseUrl = config.databaseUrl ?? (await embedded(config, started));
  if (config.migrate) await migrate(databaseUrl);

  const onError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = openDatabase({ url: databaseUrl, maxConnections: config.maxConnections, onError });
  started.defer(() => database.close());
  const signals = await startSignals({ database, url: databaseUrl, onError });
  started.defer(() => signals.stop());
  const workspace = await ensureWorkspace(database);

  const context: Context = {
    version,
    database,
    signals,
    keys: limitFailures(createKeyVerifier(database), options.wrongKeysPerMinute ?? 10),
    documents: createDocuments(database.pool),
    jobKeys: await openJobKeys(database, config.journalSecret),
    catalog: options.catalog ?? (await readCatalog()),
    waitingClaims: createWaitingClaims(),
    claims: gather(),
    submissions: gather(),
    completions: gather(),
    timing: { ...defaultTiming, ...options.timing },
    keyEnvironment: config.keyEnvironment,
    log,
    random: Math.random,
  };
  started.defer(
    signals.subscribe((signal) => {
      if (signal.kind === 'keys') context.keys.forget();
    }),
  );
  started.defer(startWakingClaims(context));
  const housekeeping = startHousekeeping(context, databaseUrl, config.retentionDays);
  started.defer(() => housekeeping.stop());

  const stopping = new AbortController();
  let live: Live | undefined;
  const app = await createApp(context, {
    stopping: stopping.signal,
    reader: () => readerOf(live),
    studioDist: config.studioDist === undefined ? undefined : resolve(config.studioDist),
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
  });
  const requests = trackRequests(app);
  started.defer(() => closeApp(app, requests, graceMs));
  live = await startLive(context, app.server, config.allowedOrigins);
  started.defer(live.close);
  // Undone first: waiting claims answer at once, and nothing new is waited for.
  started.defer(() => stopping.abort());
  const url = await listenOn(app, config);
  log.info({ url }, 'orchestrator started');

  const running = started.move();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= running.disposeAsync());
  return {
    url,
    databaseUrl,
    createFirstKeys: async () =>
      (await hasAdminKey(database, workspace))
        ? undefined
        : createFirstKeys(database, workspace, config.keyEnvironment),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function readerOf(live: Live | undefined): EventReader {
  if (live) return live.reader;
  throw new AppError('UNAVAILABLE', 'The orchestrator is starting. Try again in a moment.', { retryable: true });
}

async function embedded(config: OrchestratorConfig, started: AsyncDisposableStack): Promise<string> {
  const server = await startEmbedded(resolve(config.dataDir));
  started.defer(() => server.stop());
  return server.url;
}

async function listenOn(app: FastifyInstance, { host, port }: OrchestratorConfig): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw new AppError('PORT_IN_USE', `Port ${port} on ${host} is used by another program. Stop it, or set PORT.`, {
        cause,
      });
    throw cause;
  }
}
