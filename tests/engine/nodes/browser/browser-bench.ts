import type { AppError } from '@casare/shared';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { NodeContext } from '../../../../engine/define-node.ts';
import { browserNodes } from '../../../../engine/nodes/browser/index.ts';
import type { BrowserSession } from '../../../../engine/resources/browser.ts';
import { createFileAccess } from '../../../../engine/resources/file-access.ts';
import { createSession } from '../../resources/test-session.ts';

type Output = Record<string, unknown>;

/** Runs single browser nodes on one real session, parameters parsed as the engine does it. */
export interface BrowserBench {
  readonly browser: BrowserSession;
  readonly logs: { level: string; message: string; data?: unknown }[];
  /** Values that count as secrets of the run. */
  readonly secrets: string[];
  run(type: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<Output>;
  /** The error of a step that must fail. */
  fail(type: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<AppError>;
}

export function createBench(folder: string): BrowserBench {
  const browser = createSession(folder);
  const files = createFileAccess({ folder });
  const logs: BrowserBench['logs'] = [];
  const secrets: string[] = [];

  async function run(type: string, params: Record<string, unknown> = {}, signal = new AbortController().signal) {
    const definition = browserNodes.find((node) => node.type === type);
    if (!definition?.run) throw new Error(`There is no node ${type}.`);
    // Of a context only these parts are there: no browser node uses another.
    const ctx = {
      signal,
      files,
      browser,
      now: () => Date.now(),
      sleep: (ms: number) => delay(ms, undefined, { signal }),
      log: (level: string, message: string, data?: unknown) => void logs.push({ level, message, data }),
      progress: () => undefined,
      holdsSecret: (text: string) => secrets.some((secret) => text.includes(secret)),
      checkHost: () => undefined,
    } as unknown as NodeContext;
    const result = await definition.run(ctx, definition.params.parse(params));
    return definition.output.parse(result.output) as Output;
  }

  return {
    browser,
    logs,
    secrets,
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
