import { readFile, rename } from 'node:fs/promises';
import { fileError, writeFileAtomic } from '../atomic-file.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Settings = Record<string, Json>;

export interface SettingsStore {
  get(): Promise<Settings>;
  /** Merges; null removes a key. */
  set(changes: Settings): Promise<void>;
}

/** Settings of this person on this machine. A file that cannot be read is kept aside and never overwritten. */
export function openSettings(path: string): SettingsStore {
  let last: Promise<void> = Promise.resolve();
  const read = async (): Promise<Settings> => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw fileError(error, path);
    }
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Settings;
    } catch {
      // falls through: broken
    }
    await rename(path, `${path}.broken-${Date.now()}`).catch((error: unknown) => {
      // Two readers found it at once, and the other has moved it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(error, path);
    });
    return {};
  };
  return {
    get: read,
    set(changes) {
      // One after the other, so that two quick changes do not overwrite each other.
      last = last
        .catch(() => undefined)
        .then(async () => {
          const merged = { ...(await read()), ...changes };
          for (const [key, value] of Object.entries(changes)) if (value === null) delete merged[key];
          await writeFileAtomic(path, `${JSON.stringify(merged, null, 2)}\n`, 0o600);
        });
      return last;
    },
  };
}
