import { chmod, readFile, rm } from 'node:fs/promises';
import { writeFileAtomic } from '../atomic-file.ts';

/** Where the orchestrator's key is kept: the OS keychain in Electron, a file only this user can read in a browser session. */
export interface SecretStore {
  get(): Promise<string | null>;
  set(secret: string | null): Promise<void>;
}

export function fileSecretStore(path: string): SecretStore {
  return {
    get: () => readFile(path, 'utf8').catch(() => null),
    async set(secret) {
      if (secret === null) return rm(path, { force: true });
      await writeFileAtomic(path, secret, 0o600);
      await chmod(path, 0o600);
    },
  };
}
