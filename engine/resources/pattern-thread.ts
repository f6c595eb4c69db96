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
  let hear = (_answer: PatternAnswer) => {};
  const started = new Promise<void>((resolve) => {
    // The search has its second from when the thread is there, which on a busy machine takes longer than that.
    worker.on('message', (message: PatternAnswer | 'ready') => (message === 'ready' ? resolve() : hear(message)));
  });
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
      let isOver = false;
      worker.ref();
      try {
        const answer = await new Promise<PatternAnswer | undefined>((resolve) => {
          stop = () => resolve(undefined);
          hear = resolve;
          void ended.then(stop);
          signal.addEventListener('abort', stop, { once: true });
          timer = setTimeout(stop, startMs);
          void started.then(() => {
            clearTimeout(timer);
            if (isOver) return;
            timer = setTimeout(stop, timeLimitMs);
          });
          if (signal.aborted) stop();
          else worker.postMessage(order);
        });
        if (answer === undefined) await kill();
        signal.throwIfAborted();
        if (answer !== undefined && 'results' in answer) return answer.results;
        throw answer === undefined ? tooSlow(order.pattern) : faulty(order.pattern, answer.fault);
      } finally {
        isOver = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
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
