import { join } from 'node:path';
import { createPackRunner, packOptions } from '../packs/pack-runner.ts';
import { createBrowserGate } from './browser-gate.ts';
import { type BrowserPool, type BrowserPoolOptions, createBrowserPool } from './browser-pool.ts';
import type { BrowserSessionOptions } from './browser-session.ts';
import { createDocumentAccess } from './create-documents.ts';
import { createSandbox, type SandboxPrograms } from './create-sandbox.ts';
import { createDatabaseAccess } from './databases/database-access.ts';
import type { DesktopOptions } from './desktop.ts';
import { createDesktop } from './desktop/create-desktop.ts';
import { createFileAccess } from './file-access.ts';
import { findBrowser } from './find-browser.ts';
import { createHttpAccess, type HttpPolicy } from './http-access.ts';
import { createHttpPool, type HttpPool } from './http-pool.ts';
import type { LeasePoolStats } from './lease-pool.ts';
import { nobody, type People } from './people.ts';
import { noQueues, type Queues } from './queues.ts';
import { createRemotes } from './remotes/create-remotes.ts';
import { createJailFinder, type FindJail } from './sandbox-jail.ts';
import { createRunBrowsers } from './run-browsers.ts';
import type { ProgramPolicy } from './programs.ts';
import { createPrograms } from './programs/create-programs.ts';
import type { RunResources } from './run-resources.ts';

export interface RunResourcesOptions {
  /** The run's own folder: relative paths start here. */
  folder: string;
  /** Where the workflow stands; absolute paths may lead into it. */
  sourceFolder?: string;
  /** Further folders absolute paths may lead into. Default: none. */
  allowedFolders?: readonly string[];
  httpPolicy?: HttpPolicy;
  browser?: Partial<Omit<BrowserSessionOptions, 'defaults'>> & { headless?: boolean };
  sandbox?: SandboxPrograms;
  /** Who can be asked; default: nobody, HUMAN_NEEDED. */
  people?: People;
  /** Default: none, QUEUES_MISSING. */
  queues?: Queues;
  /** Which desktop, and how it is reached; default: that of this process. */
  desktop?: DesktopOptions;
  /** Programs that the run may start. Default: none. */
  programs?: ProgramPolicy;
  /** The run as the message of somebody names it who waits for what it holds. */
  holder?: string;
  quotas?: RunQuotas;
}

/** What one run may have open at once. */
export interface RunQuotas {
  /** Default 2. */
  browsers?: number;
  /** Default 3. */
  databaseConnections?: number;
  /** HTTP sessions with cookies. Default 5. */
  httpSessions?: number;
  /** Bytes of downloads that wait to be saved. Default 1 GiB. */
  downloadBytes?: number;
}

export interface ResourceManagerOptions {
  browsers?: Partial<BrowserPoolOptions>;
}

/** What the runs of one process share: warm browsers and open connections. */
export interface ResourceManager {
  /** What one run may open; closed when the run ends, which gives back what is shared. */
  forRun(options: RunResourcesOptions): RunResources;
  stats(): { browsers: LeasePoolStats };
  /** Ends everything, also what runs still have. */
  close(): Promise<void>;
}

interface SharedParts {
  browsers: BrowserPool;
  http: HttpPool;
  findJail: FindJail;
}

/** One per process that has several runs. */
export function createResourceManager(options: ResourceManagerOptions = {}): ResourceManager {
  const shared = openShared(options.browsers);
  return {
    forRun: (run) => openForRun(run, shared),
    stats: () => ({ browsers: shared.browsers.stats() }),
    async close() {
      await Promise.all([shared.browsers.close(), shared.http.close()]);
    },
  };
}

/** For a single run: nothing outlives it. */
export function createRunResources(options: RunResourcesOptions): RunResources {
  const findExecutable = options.browser?.findExecutable;
  const shared = openShared({ keepIdle: false, ...(findExecutable ? { findExecutable } : {}) });
  const resources = openForRun(options, shared);
  return {
    ...resources,
    async close() {
      const closed = await Promise.allSettled([resources.close()]);
      await Promise.all([shared.browsers.close(), shared.http.close()]);
      if (closed[0].status === 'rejected') throw closed[0].reason;
    },
  };
}

function openShared(browsers: Partial<BrowserPoolOptions> = {}): SharedParts {
  return {
    browsers: createBrowserPool({ findExecutable: () => findBrowser()?.executablePath, ...browsers }),
    http: createHttpPool(),
    findJail: createJailFinder(),
  };
}

/** Everything a run may open. Nothing is opened before a step asks for it; `close` ends all of it, each part even when another fails. */
function openForRun(options: RunResourcesOptions, shared: SharedParts): RunResources {
  const { holder = 'a run', quotas = {} } = options;
  const { folder, sourceFolder, allowedFolders = [], browser: { headless = true, ...browserOptions } = {} } = options;
  const files = createFileAccess({
    folder,
    allowedFolders: [...(sourceFolder ? [sourceFolder] : []), ...allowedFolders],
  });
  const http = createHttpAccess(options.httpPolicy, {
    pool: shared.http,
    ...(quotas.httpSessions === undefined ? {} : { maxSessions: quotas.httpSessions }),
  });
  const remotes = createRemotes(options.httpPolicy);
  const sandbox = createSandbox(options.sandbox, shared.findJail);
  const databases = createDatabaseAccess({
    policy: options.httpPolicy,
    ...(quotas.databaseConnections === undefined ? {} : { max: quotas.databaseConnections }),
    sqlite: { program: options.sandbox?.sqlite, runtime: options.sandbox?.runtime },
  });
  const documents = createDocumentAccess(options.sandbox?.document);
  const programs = createPrograms(folder, options.programs);
  const desktop = createDesktop(holder, {
    program: options.sandbox?.desktop,
    runtime: options.sandbox?.runtime,
    ...options.desktop,
  });
  const packs = createPackRunner(packOptions(options.sandbox));
  const gate = options.httpPolicy?.mayReach ? createBrowserGate(options.httpPolicy) : undefined;
  const browser = createRunBrowsers(
    {
      findExecutable: () => findBrowser()?.executablePath,
      downloadsFolder: join(folder, 'downloads'),
      log: () => undefined,
      browsers: shared.browsers,
      holder,
      pages: {
        checkFile: (path) => files.readable(path),
        ...(options.httpPolicy?.mayConnect ? { mayConnect: options.httpPolicy.mayConnect } : {}),
      },
      ...(gate ? { gate } : {}),
      maxDownloadBytes: quotas.downloadBytes ?? 1024 ** 3,
      ...browserOptions,
      defaults: { headless },
    },
    quotas.browsers ?? 2,
  );
  async function closeBrowsers(): Promise<void> {
    try {
      await browser.closeAll();
    } finally {
      await gate?.close();
    }
  }

  return {
    files,
    http,
    browser,
    sandbox,
    databases,
    people: options.people ?? nobody,
    queues: options.queues ?? noQueues,
    remotes,
    documents,
    programs,
    desktop,
    packs,
    snapshot: browser.snapshotAll,
    restore: browser.restoreAll,
    async close() {
      const ended = await Promise.allSettled([
        closeBrowsers(),
        http.close(),
        sandbox.close(),
        databases.close(),
        remotes.close(),
        documents.close(),
        programs.close(),
        desktop.close(),
        packs.close(),
      ]);
      const failure = ended.find((part) => part.status === 'rejected');
      if (failure) throw failure.reason;
    },
  };
}
