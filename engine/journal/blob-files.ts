import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
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
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name}.json`);
      const partial = `${path}.partial`;
      const file = openSync(partial, 'w', 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(partial, path);
      return name;
    },
    read(name) {
      const text = readFileSync(join(folder, `${name}.json`), 'utf8');
      if (hashOf(text) !== name) throw new Error(`the file of the output ${name} was changed`);
      return text;
    },
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
