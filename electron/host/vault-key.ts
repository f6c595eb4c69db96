import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readVaultKey } from '@casare/engine';
import type { SecretStore } from './secret-store.ts';

/** What seals the credentials of this machine: kept by the keychain in Electron, in a file beside them in a browser session. */
export function vaultKeyOf(options: {
  readonly dataFolder: string;
  readonly vaultSecret?: SecretStore | undefined;
}): () => Promise<Uint8Array> {
  const { vaultSecret, dataFolder } = options;
  if (!vaultSecret) return () => readVaultKey(join(dataFolder, 'credentials.key'));
  let making: Promise<Uint8Array> | undefined;
  async function get(store: SecretStore): Promise<Uint8Array> {
    const kept = await store.get();
    if (kept !== null) return Buffer.from(kept, 'base64');
    const made = randomBytes(32);
    await store.set(made.toString('base64'));
    return made;
  }
  return () => {
    making ??= get(vaultSecret).catch((error: unknown) => {
      making = undefined;
      throw error;
    });
    return making;
  };
}
