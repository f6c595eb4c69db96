import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Outputs above this size, in characters of JSON, stand in files beside the journal. */
export const largestInline = 256 * 1024;

/** Large outputs, named by their content: the same output kept twice is one file. */
export interface BlobFiles {
  /** Durable when it returns. */
  write(text: string): string;
  /** Throws when the file is missing or is not what was written. */
  read(name: string): string;
}

export function createBlobFiles(folder: string): BlobFiles {
  return {
    write(text) {
      const name = hashOf(text);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${name}.json`);
      const partial = `${path}.partial`;
      const file = openSync(partial, 'w', 0o600);
      try {
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(partial, path);
      syncFolder(folder);
      return name;
    },
    read(name) {
      const text = readFileSync(join(folder, `${name}.json`), 'utf8');
      if (hashOf(text) !== name) throw new Error(`the file of the output ${name} was changed`);
      return text;
    },
  };
}

/** The name has to last as well, not only what it leads to. Windows keeps names by itself and opens no folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
