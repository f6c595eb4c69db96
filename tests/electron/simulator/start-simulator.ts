import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer, Command, Seen } from './commands.ts';

export interface Simulator extends AsyncDisposable {
  /** Evaluates an expression in the page. */
  evaluate<Value = unknown>(source: string, frame?: string): Promise<Value>;
  /** One call as the page makes it. */
  call(
    name: unknown,
    request: unknown,
  ): Promise<{ ok: boolean; reply?: unknown; error?: { code: string; message: string } }>;
  send(command: Command): Promise<unknown>;
  seen(): Promise<Seen>;
  /** Quits as a person does and waits for the end; gives the exit code. */
  quit(): Promise<number | null>;
}

const main = join(import.meta.dirname, '../../../electron/dist/main/main.js');

/** Runs the built main process with the stand-in for Electron, in a process of its own. */
export function startSimulator(settings: { userFolder: string; env: Record<string, string> }): Simulator {
  const child: ChildProcess = fork(main, [], {
    execArgv: ['--import', join(import.meta.dirname, 'register.ts')],
    env: {
      ...process.env,
      ...settings.env,
      SIMULATOR_USER: settings.userFolder,
      // Nothing may be downloaded, whatever asks for the real program.
      ELECTRON_OVERRIDE_DIST_PATH: join(settings.userFolder, 'no-electron-here'),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  async function send(command: Command): Promise<unknown> {
    last += 1;
    const id = last;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      void ended.then(() => resolve({ id, error: 'The simulator has ended.' }));
      if (child.connected) child.send({ id, command });
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.value;
  }

  async function quit(): Promise<number | null> {
    // Whether it answers or ends first is the same.
    if (child.connected) send({ type: 'quit' }).catch(() => undefined);
    return ended;
  }

  const evaluate = async <Value>(source: string, frame?: string) =>
    (await send({ type: 'evaluate', source, ...(frame !== undefined && { frame }) })) as Value;
  return {
    evaluate,
    send,
    quit,
    call: (name, request) => evaluate(`casare.call(${JSON.stringify(name)}, ${JSON.stringify(request)})`),
    seen: async () => (await send({ type: 'seen' })) as Seen,
    async [Symbol.asyncDispose]() {
      await quit();
    },
  };
}
