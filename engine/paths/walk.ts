import { AppError } from '@casare/shared';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../resources/file-errors.ts';

export interface FoundEntry {
  /** Absolute. */
  path: string;
  /** From the folder that was searched, with forward slashes. */
  relative: string;
  kind: 'file' | 'folder';
}

const maxEntries = 200_000;

/** What stands in a folder, by name. Links and devices are left out: a link may lead anywhere, also back. */
export async function walk(folder: string, recursive: boolean, signal: AbortSignal): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  const open: [path: string, relative: string][] = [[folder, '']];
  for (let next = open.shift(); next; next = open.shift()) {
    signal.throwIfAborted();
    const [path, relative] = next;
    for (const entry of await readFolder(path)) {
      const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : undefined;
      if (!kind) continue;
      const item: FoundEntry = { path: join(path, entry.name), relative: `${relative}${entry.name}`, kind };
      found.push(item);
      if (kind === 'folder' && recursive) open.push([item.path, `${item.relative}/`]);
    }
    if (found.length > maxEntries)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `"${folder}" holds more than ${maxEntries} files. Choose a folder further inside.`,
      );
  }
  return found;
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw fileError(error, path);
  }
}
