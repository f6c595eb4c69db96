import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * Called at the top of a test file (`const makeTempFolder = prepareTempFolders('journal');`), gives a function that makes
 * fresh folders. All of them are deleted when the file ends, whether its tests passed or not.
 */
export function prepareTempFolders(name: string): () => Promise<string> {
  const folders: string[] = [];
  // Vitest registers this for the file only while the file is read, so not on the first use inside a test.
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return async () => {
    // The real path: on macOS the temporary folder is a link, and programs report where it leads.
    const folder = await mkdtemp(join(await realpath(tmpdir()), `casare-${name}-`));
    folders.push(folder);
    return folder;
  };
}
