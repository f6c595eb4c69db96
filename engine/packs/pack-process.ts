import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@casare/shared';
import { type DescribedNode, type FromPack, fromPackSchema, type ToPack } from './pack-messages.ts';

/** What a module may take to load, and a pack to describe its nodes. */
const defaultStartMs = 10_000;
/** Messages of one step; a pack that sends more is out of control. */
const mostMessages = 100_000;
/** How long an aborted node has to end by itself. */
const graceMs = 1000;

export interface PackSource {
  name: string;
  /** Real path of the package. */
  folder: string;
  /** Real path of the module in it. */
  entry: string;
}

export interface PackProcessOptions {
  /** File of pack-child.ts, elsewhere when the engine was bundled. */
  program?: string;
  /** The Node that runs it, where this process is no plain Node. */
  runtime?: string;
  /** What its module may take to load. Default 10 s. */
  startMs?: number;
}

export interface PackProcess {
  readonly isAlive: boolean;
  readonly pid: number | undefined;
  describe(): Promise<DescribedNode[]>;
  /** `hear` gets what the node says before it ends; what it gives back for a call goes to the node. */
  run(
    order: Extract<ToPack, { type: 'run' }>,
    hear: (message: Extract<FromPack, { type: 'log' | 'progress' | 'call' }>) => Promise<unknown> | void,
    signal: AbortSignal,
  ): Promise<Extract<FromPack, { type: 'done' | 'failed' }>>;
  kill(): Promise<void>;
}

/** Starts the process of a pack. What the pack does there (throw, hang, exit, flood) ends as PACK_CRASHED, with its last words. */
export function startPackProcess(
  source: PackSource,
  {
    program = fileURLToPath(new URL('./pack-child.ts', import.meta.url)),
    runtime,
    startMs = defaultStartMs,
  }: PackProcessOptions = {},
): PackProcess {
  const child = fork(program, [source.entry], {
    cwd: source.folder,
    execPath: runtime ?? process.execPath,
    execArgv: ['--permission', ...readable(source, program), '--max-old-space-size=512'],
    env: runtime !== undefined || process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Carries bytes.
    serialization: 'advanced',
  });
  let isAlive = true;
  let lastWords = '';
  let heard: ((message: FromPack) => void) | undefined;
  let messages = 0;
  const early: FromPack[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      isAlive = false;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  child.on('message', (raw) => {
    messages += 1;
    const parsed = fromPackSchema.safeParse(raw);
    if (!parsed.success || messages > mostMessages) child.kill('SIGKILL');
    else if (heard) heard(parsed.data);
    else early.push(parsed.data);
  });
  idle(true);

  /** A pack that waits must not keep the program from ending. */
  function idle(yes: boolean) {
    const action = yes ? 'unref' : 'ref';
    child[action]();
    child.channel?.[action]();
    (child.stderr as { unref?(): void; ref?(): void } | null)?.[action]?.();
  }

  function crashed(what: string): AppError {
    const words =
      lastWords
        .trim()
        .split('\n')
        .find((line) => /error/i.test(line)) ?? '';
    return new AppError(
      'PACK_CRASHED',
      `The process of the pack "${source.name}" ${what}.${words === '' ? '' : ` It said: ${words.slice(0, 500)}`}`,
      { details: { pack: source.name } },
    );
  }

  async function kill() {
    idle(false);
    if (isAlive) child.kill('SIGKILL');
    await ended;
  }

  /** Resolves with the first message that `pick` wants. */
  async function until<Picked>(
    pick: (message: FromPack) => Picked | undefined,
    limit: { ms?: number; signal?: AbortSignal },
  ): Promise<Picked> {
    idle(false);
    messages = 0;
    let timer: NodeJS.Timeout | undefined;
    let abort = () => {};
    try {
      return await new Promise<Picked>((resolve, reject) => {
        heard = (message) => {
          const picked = pick(message);
          if (picked !== undefined) resolve(picked);
        };
        void ended.then(() => reject(crashed('ended in the middle of its work')));
        const stop = (what: string) => {
          reject(crashed(what));
          void kill();
        };
        if (limit.ms !== undefined) timer = setTimeout(() => stop(`did not answer within ${limit.ms} ms`), limit.ms);
        abort = () => {
          tell({ type: 'abort' });
          timer = setTimeout(() => stop('did not stop when it was told to'), graceMs);
        };
        limit.signal?.addEventListener('abort', abort, { once: true });
        if (limit.signal?.aborted) abort();
        for (const message of early.splice(0)) heard(message);
      });
    } finally {
      heard = undefined;
      clearTimeout(timer);
      limit.signal?.removeEventListener('abort', abort);
      idle(true);
    }
  }

  function tell(message: ToPack): void {
    if (child.connected) child.send(message, () => undefined);
  }

  let started: Promise<void> | undefined;
  function whenStarted(): Promise<void> {
    started ??= until((message) => (message.type === 'ready' || message.type === 'broken' ? message : undefined), {
      ms: startMs,
    }).then((message) => {
      if (message.type === 'broken')
        throw new AppError('PACK_INVALID', `The pack "${source.name}" cannot be used: ${message.message}.`, {
          details: { pack: source.name },
        });
    });
    return started;
  }

  return {
    kill,
    get isAlive() {
      return isAlive;
    },
    get pid() {
      return child.pid;
    },
    async describe() {
      await whenStarted();
      tell({ type: 'describe' });
      const answer = await until(
        (message) => (message.type === 'described' || message.type === 'broken' ? message : undefined),
        {
          ms: startMs,
        },
      );
      if (answer.type === 'described') return answer.nodes;
      throw new AppError('PACK_INVALID', `The pack "${source.name}" cannot be used: ${answer.message}.`, {
        details: { pack: source.name },
      });
    },
    async run(order, hear, signal) {
      await whenStarted();
      tell(order);
      return until(
        (message) => {
          if (message.type === 'done' || message.type === 'failed') return message;
          if (message.type === 'call') {
            Promise.resolve(hear(message)).then(
              (value) => tell({ type: 'reply', id: message.id, value }),
              (error: unknown) => tell({ type: 'reply', id: message.id, error: packErrorOf(error) }),
            );
          } else if (message.type === 'log' || message.type === 'progress') void hear(message);
          return undefined;
        },
        { signal },
      );
    },
  };
}

function packErrorOf(error: unknown) {
  if (error instanceof AppError)
    return { message: error.message, code: error.code, retryable: error.retryable, details: error.details };
  return { message: error instanceof Error ? error.message : String(error) };
}

/** The pack with its dependencies, this program with zod, and the package files that Node reads to find them. */
function readable({ folder }: PackSource, program: string): string[] {
  const own = dirname(program);
  const beside = folder.lastIndexOf(`${sep}node_modules${sep}`);
  const folders = [folder, own, dirname(createRequire(program).resolve('zod/package.json'))];
  if (beside !== -1) folders.push(join(folder.slice(0, beside), 'node_modules'));
  const files: string[] = [];
  for (const start of [folder, own]) {
    for (let at = start; dirname(at) !== at; at = dirname(at)) {
      files.push(join(at, 'package.json'));
      // Where zod is found may be a link to where it lies.
      if (start === own) folders.push(join(at, 'node_modules', 'zod'));
    }
  }
  return [...folders.map((path) => `${path}${sep}*`), ...files].map((path) => `--allow-fs-read=${path}`);
}
