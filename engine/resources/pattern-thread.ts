import { AppError } from '@casare/shared';
import { Worker } from 'node:worker_threads';
import type { PatternAnswer, PatternOrder } from './pattern-worker.ts';

const timeLimitMs = 1000;
const startMs = 5000;

export interface PatternThread {
  run(order: PatternOrder, signal: AbortSignal): Promise<unknown>;
  readonly isAlive: boolean;
  kill(): Promise<void>;
}

/** `program`: the file of pattern-worker.ts, elsewhere when the engine was bundled. */
export function startPatternThread(program = new URL('./pattern-worker.ts', import.meta.url)): PatternThread {
  const worker = new Worker(program, { env: {}, resourceLimits: { maxOldGenerationSizeMb: 512 }, execArgv: [] });
  let isAlive = true;
  let isStarting = true;
  worker.unref();
  // Out of memory ends the thread with an error first; `exit` tells the rest.
  worker.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      isAlive = false;
      resolve();
    });
  });

  async function kill() {
    isAlive = false;
    await worker.terminate();
  }

  return {
    kill,
    get isAlive() {
      return isAlive;
    },
    async run(order, signal) {
      let timer: NodeJS.Timeout | undefined;
      let stop = () => {};
      worker.ref();
      try {
        const answer = await new Promise<PatternAnswer | undefined>((resolve) => {
          stop = () => resolve(undefined);
          worker.once('message', resolve);
          void ended.then(stop);
          signal.addEventListener('abort', stop, { once: true });
          timer = setTimeout(stop, timeLimitMs + (isStarting ? startMs : 0));
          if (signal.aborted) stop();
          else worker.postMessage(order);
        });
        isStarting = false;
        if (answer === undefined) await kill();
        signal.throwIfAborted();
        if (answer !== undefined && 'results' in answer) return answer.results;
        throw answer === undefined ? tooSlow(order.pattern) : faulty(order.pattern, answer.fault);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        worker.removeAllListeners('message');
        worker.unref();
      }
    },
  };
}

function tooSlow(pattern: string): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The pattern "${pattern.slice(0, 100)}" did not finish within ${timeLimitMs / 1000} s on this text. Make it more exact: avoid a repeat inside a repeat, such as (a+)+.`,
    { details: { pattern: pattern.slice(0, 1000), reason: 'time' } },
  );
}

function faulty(pattern: string, fault: string): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The pattern "${pattern.slice(0, 100)}" cannot be used: ${fault}. Correct the pattern.`,
    {
      details: { pattern: pattern.slice(0, 1000), reason: 'syntax' },
    },
  );
}
