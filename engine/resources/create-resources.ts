import { join } from 'node:path';
import { createPackRunner } from '../packs/pack-runner.ts';
import { type BrowserSessionOptions, createBrowserSession } from './browser-session.ts';
import { createSandbox, type SandboxPrograms } from './create-sandbox.ts';
import { createFileAccess } from './file-access.ts';
import { findBrowser } from './find-browser.ts';
import { createHttpAccess, type HttpPolicy } from './http-access.ts';
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
}

/** Everything a run may open. Nothing is opened before a step asks for it; `close` ends all of it, each part even when another fails. */
export function createRunResources(options: RunResourcesOptions): RunResources {
  const { folder, sourceFolder, allowedFolders = [], browser: { headless = true, ...browserOptions } = {} } = options;
  const files = createFileAccess({
    folder,
    allowedFolders: [...(sourceFolder ? [sourceFolder] : []), ...allowedFolders],
  });
  const http = createHttpAccess(options.httpPolicy);
  const sandbox = createSandbox(options.sandbox);
  const packs = createPackRunner(options.sandbox?.runtime ? { runtime: options.sandbox.runtime } : {});
  const browser = createBrowserSession({
    findExecutable: () => findBrowser()?.executablePath,
    downloadsFolder: join(folder, 'downloads'),
    log: () => undefined,
    ...browserOptions,
    defaults: { headless },
  });
  return {
    files,
    http,
    browser,
    sandbox,
    packs,
    async snapshot() {
      const state = await browser.snapshot();
      return state && { browser: state };
    },
    restore(state) {
      if (state.browser) browser.restore(state.browser);
    },
    async close() {
      const ended = await Promise.allSettled([browser.close(), http.close(), sandbox.close(), packs.close()]);
      const failure = ended.find((part) => part.status === 'rejected');
      if (failure) throw failure.reason;
    },
  };
}
