import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AppError,
  createSignOn,
  keepTokens,
  type KeptSignOn,
  keptSignOnSchema,
  sessionTokensSchema,
  type SignOn,
} from '@casare/shared';
import { z } from 'zod';
import { createOrchestratorClient } from '../../orchestrator-client.ts';

const keptSchema = z.strictObject({ url: z.string(), signOn: keptSignOnSchema });
export type KeptSession = z.infer<typeof keptSchema>;

/** The session of `casare login`: a file that only this user can read. */
export interface SessionFile {
  read(): Promise<KeptSession | null>;
  readNow(): KeptSession | null;
  write(kept: KeptSession | null): Promise<void>;
  signOn(url: string): SignOn;
}

// A refresh takes a moment; who holds the lock longer than this has died with it.
const staleLockMs = 15_000;

/** In CASARE_CONFIG, else where this system keeps settings of programs. */
export function openSessionFile(env: NodeJS.ProcessEnv): SessionFile {
  const path = join(folderOf(env), 'session.json');

  async function read(): Promise<KeptSession | null> {
    return parse(await readFile(path, 'utf8').catch(() => ''));
  }

  async function write(kept: KeptSession | null): Promise<void> {
    if (kept === null) return rm(path, { force: true });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  }

  /** Commands run side by side, and a refresh token that is used twice ends the session. */
  async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const lock = `${path}.lock`;
    for (;;) {
      const held = await open(lock, 'wx', 0o600).catch(() => undefined);
      if (held) {
        await held.close();
        break;
      }
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > staleLockMs) await rm(lock, { force: true });
      else await delay(20);
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }

  return {
    read,
    readNow() {
      try {
        return parse(readFileSync(path, 'utf8'));
      } catch {
        return null;
      }
    },
    write,
    signOn: (url) =>
      createSignOn({
        load: async () => (await read())?.signOn ?? null,
        // Written below, while the lock is held.
        save: () => Promise.resolve(),
        refresh: (refreshToken) =>
          alone(async () => {
            const now = await read();
            if (!now || 'key' in now.signOn) return undefined;
            if (now.signOn.refreshToken !== refreshToken) return tokensOf(now.signOn);
            const tokens = await createOrchestratorClient(url)
              .call('POST', '/sign-in/refresh', sessionTokensSchema, { body: { refreshToken } })
              .catch((error: unknown) => {
                if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return undefined;
                throw error;
              });
            if (tokens) await write({ url, signOn: keepTokens(tokens, now.signOn.workspaceId) });
            return tokens;
          }),
      }),
  };
}

function parse(text: string): KeptSession | null {
  try {
    return keptSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What another command has got meanwhile. */
function tokensOf(kept: Exclude<KeptSignOn, { key: string }>) {
  const { email, accessToken, accessExpiresAt, refreshToken } = kept;
  const person = { id: '', email, name: '' };
  return { accessToken, accessExpiresAt, refreshToken, sessionExpiresAt: accessExpiresAt, person };
}

function folderOf(env: NodeJS.ProcessEnv): string {
  if (env.CASARE_CONFIG) return env.CASARE_CONFIG;
  if (process.platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'casare');
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'casare');
}
