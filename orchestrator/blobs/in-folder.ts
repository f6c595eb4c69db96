import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedStore } from './blob-store.ts';

/** In a folder that all instances share. */
export function keepInFolder(root: string): SealedStore {
  const folderOf = (tenantId: string, hash: string) => join(root, tenantId, hash.slice(0, 2), hash);
  return {
    async put(tenantId, hash, index, piece) {
      const folder = folderOf(tenantId, hash);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Never half a piece under its name.
      const temporary = join(folder, `.${randomUUID()}`);
      await writeFile(temporary, piece, { mode: 0o600 });
      await rename(temporary, join(folder, String(index)));
    },
    get: (tenantId, hash, index) => readFile(join(folderOf(tenantId, hash), String(index))).catch(() => undefined),
    remove: (tenantId, hash) => rm(folderOf(tenantId, hash), { recursive: true, force: true }),
  };
}
