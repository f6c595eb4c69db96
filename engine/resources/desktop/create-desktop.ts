import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, fromWire } from '@casare/shared';
import type { Desktop, DesktopOptions } from '../desktop.ts';
import { lendInTurn } from '../lend-in-turn.ts';
import { desktopEnvironment, desktopName } from './environment.ts';
import type { DesktopAnswer, DesktopOrder } from './messages.ts';
import { type DesktopTurn, takeTurn } from './turns.ts';

/** A child that is still starting after this counts as hanging. */
const startMs = 20_000;
/** How long a call has to stop when it is told to, and a child to let go of keys; then it is killed. */
const politeMs = 700;

interface Child {
  call(name: string, input: object, signal: AbortSignal): Promise<unknown>;
  readonly isAlive: boolean;
  close(): Promise<void>;
}

/** Nothing is started, and no turn taken, before a step asks for the desktop. */
export function createDesktop(holder: string, options: DesktopOptions = {}): Desktop {
  const environment = desktopEnvironment(options.environment);
  const gate = lendInTurn(() => ({ isAlive: true, kill: async () => undefined }), 1);
  let turn: DesktopTurn | undefined;
  let child: Child | undefined;
  let isClosed = false;

  /** One step after the other opens it; whoever comes second finds it open. */
  function open(signal: AbortSignal): Promise<Child> {
    return gate.use(signal, async () => {
      if (isClosed) throw new AppError('RUN_CANCELLED', 'The run has ended, and its desktop is closed.');
      turn ??= await takeTurn(desktopName(environment), holder, signal, options.waitMs ?? 300_000);
      if (child?.isAlive) return child;
      await child?.close();
      child = await startChild(environment, options, signal);
      return child;
    });
  }

  return {
    environment,
    async call(name, input, signal) {
      signal.throwIfAborted();
      const opened = await open(signal);
      // What comes out belongs to the name, as the driver's own type holds.
      return (await opened.call(name, input, signal)) as never;
    },
    async close() {
      isClosed = true;
      await gate.close();
      await child?.close();
      turn?.end();
      turn = undefined;
    },
  };
}

async function startChild(
  environment: Readonly<Record<string, string>>,
  {
    program = fileURLToPath(new URL('./child.ts', import.meta.url)),
    runtime,
    driver = defaultDriver(),
  }: DesktopOptions,
  signal: AbortSignal,
): Promise<Child> {
  const isElectron = process.versions['electron'] !== undefined && runtime === undefined;
  const child = fork(program, [driver], {
    execPath: runtime ?? process.execPath,
    execArgv: [],
    env: { ...environment, ...(isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Pictures cross as bytes.
    serialization: 'advanced',
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const conversation = converse(child, ended, () => said);
  try {
    await conversation.started(signal);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return conversation;
}

const defaultDriver = () => (process.platform === 'linux' ? 'x11' : 'nut');

function converse(child: ChildProcess, ended: Promise<void>, said: () => string) {
  const waiting = new Map<number, { resolve(output: unknown): void; reject(error: Error): void }>();
  let ids = 0;
  let isAlive = true;
  let isLost = false;
  let begun: { resolve(): void; reject(error: Error): void } | undefined;
  child.on('message', (answer: DesktopAnswer) => {
    if (answer.kind === 'ready') begun?.resolve();
    else if (answer.kind === 'missing') begun?.reject(fromWire(answer.error));
    else if (answer.kind === 'done') waiting.get(answer.id)?.resolve(answer.output);
    else {
      // A display that went away does not come back to the same process.
      if (answer.error.code === 'DESKTOP_CRASHED') isLost = true;
      waiting.get(answer.id)?.reject(fromWire(answer.error));
    }
  });
  void ended.then(() => {
    isAlive = false;
    begun?.reject(notStarted(said()));
    for (const { reject } of waiting.values()) reject(crashed(said()));
    waiting.clear();
  });
  const post = (order: DesktopOrder) => {
    if (isAlive && child.connected) child.send(order, () => undefined);
  };

  async function kill(): Promise<void> {
    if (isAlive) child.kill('SIGKILL');
    await ended;
  }

  return {
    get isAlive() {
      return isAlive && !isLost;
    },
    async started(signal: AbortSignal): Promise<void> {
      let stop = () => {};
      const timer = setTimeout(() => begun?.reject(notStarted('It did not start in time.')), startMs);
      try {
        await new Promise<void>((resolve, reject) => {
          begun = { resolve, reject };
          stop = () => reject(signal.reason as Error);
          signal.addEventListener('abort', stop, { once: true });
        });
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        begun = undefined;
      }
    },
    async call(name: string, input: object, signal: AbortSignal): Promise<unknown> {
      const id = ++ids;
      let timer: NodeJS.Timeout | undefined;
      const stop = () => {
        post({ kind: 'cancel', id });
        // Native code hears nothing; then the process goes.
        timer = setTimeout(() => void kill(), politeMs);
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await new Promise<unknown>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          if (!isAlive) reject(crashed(said()));
          post({ kind: 'call', id, name: name as never, input });
        });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        waiting.delete(id);
      }
    },
    async close(): Promise<void> {
      post({ kind: 'close' });
      const timer = setTimeout(() => void kill(), politeMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function crashed(said: string): AppError {
  const last = lastLine(said);
  return new AppError(
    'DESKTOP_CRASHED',
    `The process that works with the desktop ended in the middle of its work.${last === '' ? '' : ` It said: ${last}`} Look at the desktop: nobody knows whether the step was done.`,
    { details: { said: last } },
  );
}

function notStarted(said: string): AppError {
  const last = lastLine(said);
  return new AppError(
    'DESKTOP_MISSING',
    `The desktop of this machine cannot be reached.${last === '' ? '' : ` ${last}`} It takes a session of a person that is not locked, or a display such as Xvfb.`,
    { details: { said: last } },
  );
}

function lastLine(said: string): string {
  return said.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
