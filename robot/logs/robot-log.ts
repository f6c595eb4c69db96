import { join } from 'node:path';
import { createLineRedactor, type RobotLogLine } from '@casare/shared';
import { pino, type Logger } from 'pino';
import { z } from 'zod';
import { createBackoff, pause } from '../backoff.ts';
import type { RobotConfig } from '../config.ts';
import { isTemporary, type OrchestratorClient } from '../orchestrator-client.ts';
import { readLogLine } from './log-line.ts';
import { openRotatingFile } from './rotating-file.ts';

/** Lines that wait to be sent to the fleet; while it is away the older ones stand in the files only. */
const MOST_WAITING = 5000;
const BATCH = 500;
const GATHER_MS = 1000;

export const logsFolder = (dataFolder: string) => join(dataFolder, 'logs');

/** The log of the robot: to its output, to files that are turned over, and to the fleet. */
export interface RobotLog {
  readonly log: Logger;
  /** Every line from now on has its id in the fleet. */
  knownAs(robotId: string): void;
  /** Begins to send; what was logged before is sent too. */
  ship(to: { instanceId: string; client: OrchestratorClient; signal: AbortSignal }): void;
  close(): void;
}

/** The key of the robot is never written, wherever it stands. */
export function openRobotLog(options: Pick<RobotConfig, 'dataFolder' | 'name' | 'logLevel' | 'key'>): RobotLog {
  const file = openRotatingFile(logsFolder(options.dataFolder));
  let waiting: RobotLogLine[] = [];
  /** Number of the first line that waits. */
  let first = 1;
  let wake: (() => void) | undefined;
  let ids: { robotId?: string } = {};
  const redact = createLineRedactor([options.key]);

  function keep(text: string): void {
    const line = readLogLine(text);
    if (!line || line.level === 'debug') return;
    waiting.push(line);
    if (waiting.length > MOST_WAITING) {
      waiting.shift();
      first += 1;
    }
    wake?.();
  }

  const log = pino(
    { level: options.logLevel, base: { robot: options.name }, redact: ['key', '*.key'], mixin: () => ids },
    {
      write(line: string) {
        const text = redact(line);
        process.stdout.write(text);
        file.write(text);
        keep(text);
      },
    },
  );

  async function sendAll({ instanceId, client, signal }: Parameters<RobotLog['ship']>[0]): Promise<void> {
    const backoff = createBackoff(1000, 30_000);
    while (!signal.aborted) {
      if (waiting.length === 0) await new Promise<void>((resolve) => awaitLine(resolve, signal));
      await pause(GATHER_MS, signal);
      const lines = waiting.slice(0, BATCH);
      if (signal.aborted || lines.length === 0) continue;
      const from = first;
      try {
        await client.call('POST', '/robots/logs', z.unknown(), { body: { instanceId, first: from, lines }, signal });
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        // What is refused is not sent again; the files have it.
        if (isTemporary(error)) {
          await pause(backoff.next(), signal);
          continue;
        }
      }
      const sent = from + lines.length - first;
      if (sent > 0) {
        waiting = waiting.slice(sent);
        first += sent;
      }
    }
  }

  function awaitLine(resolve: () => void, signal: AbortSignal): void {
    if (signal.aborted) return resolve();
    const done = () => {
      wake = undefined;
      signal.removeEventListener('abort', done);
      resolve();
    };
    wake = done;
    signal.addEventListener('abort', done);
  }

  return {
    log,
    knownAs(robotId) {
      ids = { robotId };
    },
    ship: (to) => void sendAll(to),
    close: () => file.close(),
  };
}
