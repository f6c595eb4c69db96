import type { AppError } from '@casare/shared';
import { expect } from 'vitest';
import type { NodeContext } from '../../../../engine/define-node.ts';
import { browserNodes } from '../../../../engine/nodes/browser/index.ts';
import type { BrowserSession } from '../../../../engine/resources/browser.ts';
import { createBrowserSession } from '../../../../engine/resources/browser-session.ts';
import { createFileAccess } from '../../../../engine/resources/file-access.ts';
import { findBrowser } from '../../../../engine/resources/find-browser.ts';

type Output = Record<string, unknown>;

/** Runs single browser nodes on one real session, parameters parsed as the engine does it. */
export interface BrowserBench {
  readonly browser: BrowserSession;
  run(type: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<Output>;
  /** The error of a step that must fail. */
  fail(type: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<AppError>;
}

export function createSession(folder: string): BrowserSession {
  return createBrowserSession({
    findExecutable: () => findBrowser()?.executablePath,
    downloadsFolder: `${folder}/.downloads`,
    defaults: { headless: true },
    log: () => undefined,
  });
}

export function createBench(folder: string): BrowserBench {
  const browser = createSession(folder);
  const files = createFileAccess({ folder });

  async function run(type: string, params: Record<string, unknown> = {}, signal = new AbortController().signal) {
    const definition = browserNodes.find((node) => node.type === type);
    if (!definition?.run) throw new Error(`There is no node ${type}.`);
    // Of a context only these parts are there: no browser node uses another.
    const ctx = { signal, files, browser, now: () => Date.now() } as unknown as NodeContext;
    const result = await definition.run(ctx, definition.params.parse(params));
    return definition.output.parse(result.output) as Output;
  }

  return {
    browser,
    run,
    async fail(type, params, signal) {
      const error: unknown = await run(type, params, signal).then(
        (output) => new Error(`${type} did not fail but gave ${JSON.stringify(output)}`),
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: 'AppError' });
      return error as AppError;
    },
  };
}

/** Process id of the browser, from the browser itself. */
export async function processIdOf(session: BrowserSession): Promise<number> {
  const browser = (await session.context()).browser();
  if (!browser) throw new Error('The context has no browser.');
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.find((entry) => entry.type === 'browser')?.id ?? 0;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
