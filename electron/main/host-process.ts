import {
  AppError,
  asAppError,
  type HostAnswer,
  type HostEvent,
  type HostEvents,
  toWire,
  type WireError,
} from '@casare/shared';
import type { KeptSecret, HostPlaces, MessageFromHost, MessageToHost } from '../host-messages.ts';
import type { Keychain } from './keychain.ts';

/** A host that ends more often than this within a minute is not started again. */
const RESTARTS_PER_MINUTE = 3;
const STOP_MS = 5000;

/** A started host process; in Electron a utility process. */
export interface HostChild {
  post(message: MessageToHost): void;
  onMessage(listener: (message: MessageFromHost) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

export interface HostProcessOptions {
  places: HostPlaces;
  fork(): HostChild;
  keychains: Record<KeptSecret, Keychain>;
  /** Everything the host tells, and what there is to tell about the host itself. */
  emit(name: HostEvent, payload: unknown): void;
  now?: () => number;
}

export interface HostProcess {
  /** Never rejects: a host that is away is an answer too. */
  call(name: string, request: unknown): Promise<HostAnswer>;
  stop(): Promise<void>;
}

/** Keeps one host running and passes calls and events. A crash costs what was under way, never the program. */
export function startHostProcess({ places, fork, keychains, emit, now = Date.now }: HostProcessOptions): HostProcess {
  const waiting = new Map<number, (answer: HostAnswer) => void>();
  let lastId = 0;
  let child: HostChild | undefined;
  let endings: number[] = [];
  let isStopping = false;
  let failure: WireError | undefined;
  const tell = (status: HostEvents['host.status']) => emit('host.status', status);

  function start(): void {
    const started = fork();
    child = started;
    let ended = false;
    started.onMessage((message) => !ended && receive(started, message));
    started.onExit(() => {
      if (ended) return;
      ended = true;
      child = undefined;
      answerAll();
      if (!isStopping) restart();
    });
    started.post({ type: 'start', places });
  }

  function receive(from: HostChild, message: MessageFromHost): void {
    if (message.type === 'answer') {
      waiting.get(message.id)?.(message.answer);
      waiting.delete(message.id);
    } else if (message.type === 'event') emit(message.name, message.payload);
    else if (message.type === 'failed') {
      failure = message.error;
      from.kill();
    } else if (message.type === 'secret') void answerSecret(from, message);
    else if (endings.length > 0) {
      failure = undefined;
      tell({
        state: 'restarted',
        message:
          'The part of the studio that runs workflows ended unexpectedly and was started again. Runs that were under way have stopped.',
      });
    }
  }

  async function answerSecret(
    from: HostChild,
    { id, which, value }: MessageFromHost & { type: 'secret' },
  ): Promise<void> {
    try {
      const keychain = keychains[which];
      if (value !== undefined) await keychain.set(value);
      from.post({ type: 'secret', id, value: value === undefined ? await keychain.get() : null });
    } catch (error) {
      from.post({ type: 'secretFailed', id, error: toWire(asAppError(error)) });
    }
  }

  function restart(): void {
    const at = now();
    endings = [...endings.filter((ending) => at - ending < 60_000), at];
    if (endings.length <= RESTARTS_PER_MINUTE) return start();
    failure ??= away('The part of the studio that runs workflows keeps ending. Start the program again.');
    tell({ state: 'failed', message: failure.message });
  }

  function answerAll(): void {
    const error = failure ?? away('The part of the studio that runs workflows ended before it answered. Try again.');
    for (const answer of waiting.values()) answer({ ok: false, error });
    waiting.clear();
  }

  start();
  return {
    call(name, request) {
      const running = child;
      if (!running || isStopping) {
        const error = failure ?? away('The studio is closing.');
        return Promise.resolve({ ok: false, error });
      }
      return new Promise((resolve) => {
        lastId += 1;
        waiting.set(lastId, resolve);
        running.post({ type: 'call', id: lastId, name, request });
      });
    },
    async stop() {
      isStopping = true;
      const running = child;
      if (!running) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => running.kill(), STOP_MS);
        running.onExit(() => {
          clearTimeout(timer);
          resolve();
        });
        running.post({ type: 'stop' });
      });
    },
  };
}

function away(message: string): WireError {
  return toWire(new AppError('UNAVAILABLE', message, { retryable: true }));
}
