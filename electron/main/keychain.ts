import { readFile, rm } from 'node:fs/promises';
import { AppError } from '@casare/shared';
import type { SafeStorage } from 'electron';
import { writeFileAtomic } from '../atomic-file.ts';

/** Where the orchestrator's key is kept. */
export interface Keychain {
  get(): Promise<string | null>;
  set(secret: string | null): Promise<void>;
}

export interface KeychainOptions {
  storage: Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'>;
  platform: NodeJS.Platform;
  /** The encrypted secret. */
  path: string;
  /** Linux without a keyring can only hide the key, not encrypt it: whether the person agrees to that. */
  agreeToPlain(): Promise<boolean>;
}

/** Encrypts with the keychain of the operating system (DPAPI, Keychain, Secret Service). */
export function createKeychain({ storage, platform, path, agreeToPlain }: KeychainOptions): Keychain {
  async function isKeepingAllowed(): Promise<boolean> {
    // "basic_text" is a password that stands in Chromium's sources; "unknown" is what it says before a window was opened.
    const isPlain = platform === 'linux' && ['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend());
    return isPlain ? agreeToPlain() : storage.isEncryptionAvailable();
  }

  return {
    async get() {
      let kept: Buffer;
      try {
        kept = await readFile(path);
      } catch {
        return null;
      }
      try {
        return storage.decryptString(kept);
      } catch {
        // Another person's file, or a keyring that was made anew: nobody can read it, so there is no key.
        return null;
      }
    },
    async set(secret) {
      if (secret === null) return rm(path, { force: true });
      if (!(await isKeepingAllowed()))
        throw new AppError(
          'CONFLICT',
          'The key was not kept: this machine has no keyring that could encrypt it. Start GNOME Keyring or KWallet and connect again.',
        );
      await writeFileAtomic(path, storage.encryptString(secret), 0o600);
    },
  };
}
