import { resolve } from 'node:path';
import { AppError, type CatalogIndex } from '@casare/shared';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { sealBlobs } from './blobs/blob-store.ts';
import { keepInDatabase } from './blobs/in-database.ts';
import { keepInFolder } from './blobs/in-folder.ts';
import type { OrchestratorConfig } from './config.ts';
import { type Context, type Timing, timingOf } from './context.ts';
import { openDatabase } from './db/database.ts';
import { startEmbedded } from './db/embedded.ts';
import { gather } from './db/gather.ts';
import { migrate, requireSchema } from './db/migrate.ts';
import { openLog } from './log.ts';
import { createCounters } from './metrics/counters.ts';
import { createEgress, type EgressOptions } from './egress/egress.ts';
import type { EventReader } from './events/event-reader.ts';
import { orchestratorFailpoint } from './failpoint.ts';
import { startSignals } from './events/signals.ts';
import { type Live, startLive } from './events/socket-server.ts';
import type { RequestRates } from './http/request-limits.ts';
import { closeApp, trackRequests } from './http/close-app.ts';
import { openJobKeys } from './jobs/job-keys.ts';
import { rankClaims } from './jobs/rank-claims.ts';
import { createStepTimings } from './jobs/step-timings.ts';
import { createWaitingClaims } from './jobs/waiting-claims.ts';
import { startWakingClaims } from './jobs/wake-claims.ts';
import { createFirstKeys, ensureWorkspace, type FirstKeys, hasAdminKey } from './keys/first-keys.ts';
import { limitFailures } from './keys/failure-limit.ts';
import { createKeyVerifier } from './keys/verify.ts';
import { createAccessTokens } from './people/access-tokens.ts';
import { createAttemptLimit } from './people/attempt-limit.ts';
import { createCallers } from './people/callers.ts';
import { createPasswords } from './people/passwords.ts';
import { createSigningKeys } from './people/signing-keys.ts';
import { makeSetupToken } from './setup/setup.ts';
import { startHousekeeping } from './maintenance/housekeeping.ts';
import { startScheduler } from './schedules/scheduler.ts';
import { type KeyRingOptions, openKeyRing } from './vault/key-ring.ts';
import { createSecretStores } from './secret-stores/secret-stores.ts';
import { createVault } from './vault/vault.ts';
import { readCatalog } from './workflows/catalog.ts';
import { createDocuments } from './workflows/documents.ts';

export interface Orchestrator extends AsyncDisposable {
  /** Where it answers, e.g. `http://127.0.0.1:4780`. */
  readonly url: string;
  readonly databaseUrl: string;
  /** An admin key and a robot key of the first workspace, while no admin key exists; nothing afterwards. */
  createFirstKeys(): Promise<FirstKeys | undefined>;
  /** A token for `POST /setup`, while nobody can come in; nothing afterwards. */
  createSetupToken(): Promise<string | undefined>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** For tests, which have a name server of their own and no time. */
  readonly egress?: Partial<EgressOptions>;
  /** For tests, which cannot wait a minute for a lease to run out. */
  readonly timing?: Partial<Timing>;
  /** Wrong keys in a minute from one address or for one key. */
  readonly wrongKeysPerMinute?: number;
  /** Wrong passwords and codes in a minute from one address. */
  readonly wrongPasswordsPerMinute?: number;
  readonly requestRates?: RequestRates;
  /** Node types that documents may use; default: the generated catalog. */
  readonly catalog?: CatalogIndex;
}

const noLimits = { perKey: 0, perRobotKey: 0, perTenant: 0 };
const version = '0.1.0';
/** How long requests may take to finish at a stop. */
const graceMs = 4000;

/** Starts the control plane; everything it started is gone after `stop()`. */
export async function startOrchestrator(config: OrchestratorConfig, options: StartOptions = {}): Promise<Orchestrator> {
  await using started = new AsyncDisposableStack();
  const log = openLog(config);
  const databaseUrl = config.databaseUrl ?? (await embedded(config, started));
  await (config.migrate ? migrate(databaseUrl) : requireSchema(databaseUrl));

  const onError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = openDatabase({ url: databaseUrl, maxConnections: config.maxConnections, onError });
  started.defer(() => database.close());
  const signals = await startSignals({ database, url: databaseUrl, onError });
  started.defer(() => signals.stop());
  const workspace = await ensureWorkspace(database);

  const jobKeys = await openJobKeys(database, config.journalSecret);
  const place = config.artifactDir === undefined ? keepInDatabase(database) : keepInFolder(resolve(config.artifactDir));
  const accessTokens = createAccessTokens(createSigningKeys(database));
  const egress = createEgress({ allowed: config.egressAllowed ?? [], ...options.egress });
  started.defer(() => egress.close());
  const context: Context = {
    version,
    database,
    signals,
    keys: createCallers(
      database,
      limitFailures(createKeyVerifier(database), options.wrongKeysPerMinute ?? 10),
      accessTokens,
    ),
    accessTokens,
    passwords: createPasswords(),
    attempts: createAttemptLimit(options.wrongPasswordsPerMinute ?? 10),
    documents: createDocuments(database.pool),
    jobKeys,
    blobs: sealBlobs(place, jobKeys.ofBlobs),
    artifacts: { days: config.artifactDays ?? 7, bytesPerTenant: (config.artifactMb ?? 5120) * 1024 * 1024 },
    vault: createVault(await openKeyRing(database, keysOf(config))),
    egress,
    secretStores: createSecretStores(config.secretStores ?? []),
    catalog: options.catalog ?? (await readCatalog()),
    waitingClaims: createWaitingClaims(rankClaims(database)),
    claims: gather(),
    submissions: gather(),
    completions: gather(),
    stepTimings: createStepTimings(database),
    timing: { ...timingOf(config.leaseSeconds ?? 60), ...stuckAfter(config), ...options.timing },
    retentionDays: config.retentionDays,
    failpoint: orchestratorFailpoint(config.failAt),
    keyEnvironment: config.keyEnvironment,
    log,
    counters: createCounters(),
    random: Math.random,
  };
  started.defer(
    signals.subscribe((signal) => {
      if (signal.kind === 'keys') context.keys.forget();
    }),
  );
  started.defer(() => context.stepTimings.stop());
  started.defer(startWakingClaims(context));
  const housekeeping = startHousekeeping(context, databaseUrl, config.retentionDays);
  started.defer(() => housekeeping.stop());
  const scheduler = startScheduler(context);
  started.defer(() => scheduler.stop());

  const stopping = new AbortController();
  let live: Live | undefined;
  const app = await createApp(context, {
    stopping: stopping.signal,
    reader: () => readerOf(live),
    studioDist: config.studioDist === undefined ? undefined : resolve(config.studioDist),
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    requestRates: options.requestRates ?? config.requestRates ?? noLimits,
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
    createSetupToken: () => makeSetupToken(database),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function readerOf(live: Live | undefined): EventReader {
  if (live) return live.reader;
  throw new AppError('UNAVAILABLE', 'The orchestrator is starting. Try again in a moment.', { retryable: true });
}

/** Where the database is its own, a key lies beside it and not in it: a dump alone opens nothing. */
function keysOf({ vaultKeys, vaultKeysFile, databaseUrl, dataDir }: OrchestratorConfig): KeyRingOptions {
  return { keys: vaultKeys, file: vaultKeysFile, ownFolder: databaseUrl === undefined ? resolve(dataDir) : undefined };
}

function stuckAfter({ stuckMinutes }: OrchestratorConfig): Partial<Timing> {
  return stuckMinutes === undefined ? {} : { stuckSeconds: stuckMinutes * 60 };
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
