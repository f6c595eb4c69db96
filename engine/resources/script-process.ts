import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJailFinder, type FindJail } from './sandbox-jail.ts';
import type { ScriptAnswer, ScriptOrder } from './script-runner.ts';

/** Milliseconds over the script's own limit after which its process is killed. */
const graceMs = 1000;
/** What a process may take to start before its first script counts as hanging. */
const startMs = 10_000;

export interface ScriptProcess {
  /** Undefined: the process broke or was killed, and cannot be used again. */
  run(order: ScriptOrder, signal: AbortSignal): Promise<ScriptAnswer | undefined>;
  readonly isAlive: boolean;
  readonly pid: number | undefined;
  kill(): Promise<void>;
}

/**
 * `program`: the file of sandbox-child.ts, elsewhere when the engine was bundled. `runtime`: the Node that runs it, where this process
 * is no plain Node (an Electron whose fuses forbid it to be one).
 */
export function startScriptProcess(
  program = fileURLToPath(new URL('./sandbox-child.ts', import.meta.url)),
  runtime?: string,
  findJail: FindJail = createJailFinder(),
): ScriptProcess {
  const node = runtime ?? process.execPath;
  const jail = findJail(node, [program, createRequire(import.meta.url).resolve('quickjs-emscripten')]);
  const flags = [
    '--permission',
    ...readableFolders(program),
    '--max-old-space-size=256',
    '--disallow-code-generation-from-strings',
  ];
  const [command, ...words] = [...jail.words, node, ...flags, program];
  const child = spawn(command, words, {
    // Electron's own binary is Node only with this; everywhere else the environment is empty.
    env: runtime !== undefined || process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'json',
  });
  let isAlive = true;
  let hear = (_answer: ScriptAnswer | undefined) => {};
  const started = new Promise<void>((resolve) => {
    child.on('message', (message: { ready?: true; answer?: ScriptAnswer }) => {
      // Before a script began nothing of it can have a hand in this.
      resolve();
      if (message.ready !== true) hear(message.answer);
    });
  });
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      isAlive = false;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  idle(true);

  /** An idle sandbox must not keep the program from ending. */
  function idle(yes: boolean) {
    const action = yes ? 'unref' : 'ref';
    child[action]();
    child.channel?.[action]();
  }

  async function kill() {
    if (isAlive) child.kill('SIGKILL');
    await ended;
  }

  return {
    kill,
    get isAlive() {
      return isAlive;
    },
    get pid() {
      return child.pid;
    },
    async run(order, signal) {
      idle(false);
      let timer: NodeJS.Timeout | undefined;
      let stop = () => {};
      let isOver = false;
      try {
        const answer = await new Promise<ScriptAnswer | undefined>((resolve) => {
          stop = () => resolve(undefined);
          hear = resolve;
          void ended.then(stop);
          signal.addEventListener('abort', stop, { once: true });
          timer = setTimeout(stop, startMs);
          void started.then(() => {
            clearTimeout(timer);
            if (!isOver) timer = setTimeout(stop, order.timeoutMs + graceMs);
          });
          if (signal.aborted || !isAlive) stop();
          else child.send(order, (error) => error && stop());
        });
        if (answer === undefined) await kill();
        return answer;
      } finally {
        isOver = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        idle(true);
      }
    },
  };
}

/** The program, QuickJS and the package files that Node reads to find it; nothing else of the disk. */
function readableFolders(program: string): string[] {
  const require = createRequire(import.meta.url);
  const quickjs = dirname(dirname(require.resolve('quickjs-emscripten')));
  const modules = dirname(quickjs);
  const engine = dirname(dirname(program));
  return [engine, quickjs, `${modules}${sep}quickjs-emscripten-core`, `${modules}${sep}@jitl`]
    .map((folder) => `--allow-fs-read=${folder}${sep}*`)
    .concat([`--allow-fs-read=${dirname(modules)}${sep}package.json`]);
}
