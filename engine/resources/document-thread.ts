import { AppError, fromWire } from '@casare/shared';
import { setImmediate as breathe } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { DocumentOperation } from '../formats/documents/operations.ts';
import type { DocumentAnswer, DocumentOrder } from './document-worker.ts';
import type { DocumentOptions } from './documents.ts';

/** Rows that cross over at once; both sides breathe between two parts. */
const partSize = 2000;

export interface DocumentThread {
  run(operation: DocumentOperation, input: Record<string, unknown>, options: DocumentOptions): Promise<unknown>;
  readonly isAlive: boolean;
  kill(): Promise<void>;
}

/** `program`: the file of document-worker.ts, elsewhere when the engine was bundled. */
export function startDocumentThread(program = new URL('./document-worker.ts', import.meta.url)): DocumentThread {
  const worker = new Worker(program, { env: {}, resourceLimits: { maxOldGenerationSizeMb: 2048 }, execArgv: [] });
  let isAlive = true;
  let death: Error | undefined;
  worker.unref();
  worker.on('error', (error: Error) => {
    death = error;
  });
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

  const post = (order: DocumentOrder) => worker.postMessage(order);

  /** The answer, or undefined when the thread ended before it gave one. */
  async function ask(
    operation: DocumentOperation,
    { rows, ...input }: Record<string, unknown>,
    { signal, progress }: DocumentOptions,
  ): Promise<unknown> {
    const found: unknown[] = [];
    const answered = new Promise<DocumentAnswer | undefined>((resolve) => {
      worker.on('message', (answer: DocumentAnswer) => {
        if (answer.kind === 'progress') progress?.(answer.fraction);
        else if (answer.kind === 'rows') {
          for (const row of answer.rows) found.push(row);
          // The next part comes in a later turn of the loop, after whatever else is waiting.
          setImmediate(() => post({ kind: 'next' }));
        } else resolve(answer);
      });
      void ended.then(() => resolve(undefined));
    });
    if (Array.isArray(rows)) {
      for (let start = 0; start < rows.length; start += partSize) {
        post({ kind: 'rows', rows: rows.slice(start, start + partSize) as unknown[] });
        await breathe();
        signal.throwIfAborted();
      }
    }
    post({ kind: 'run', operation, input, withRows: Array.isArray(rows) });
    const answer = await answered;
    if (answer?.kind === 'done') return answer.withRows ? { ...answer.output, rows: found } : answer.output;
    if (answer?.kind === 'fault') throw fromWire(answer.error);
    throw brokenDown(death);
  }

  return {
    kill,
    get isAlive() {
      return isAlive;
    },
    async run(operation, input, options) {
      const { signal } = options;
      signal.throwIfAborted();
      worker.ref();
      let stop = () => {};
      const aborted = new Promise<never>((_resolve, reject) => {
        stop = () => {
          void kill();
          reject(signal.reason as Error);
        };
      });
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await Promise.race([ask(operation, input, options), aborted]);
      } finally {
        signal.removeEventListener('abort', stop);
        worker.removeAllListeners('message');
        worker.unref();
      }
    },
  };
}

function brokenDown(death: Error | undefined): AppError {
  const isMemory = (death as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory
    ? new AppError(
        'PAYLOAD_TOO_LARGE',
        'The document needs more memory than a step may use. Read a part of it (a range, some pages), or split it first.',
      )
    : new AppError('NODE_FAILED', `The document could not be worked on: ${death?.message ?? 'its thread ended'}.`, {
        cause: death,
      });
}
