import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/**
 * How far a journal reached, in a file beside it. Not forced to the disk: it is a lower bound, which finds a tail that was lost later (a damaged
 * write-ahead log ends for SQLite where the damage begins) and costs a few microseconds. A head that is missing or torn says nothing.
 */
export interface HeadFile {
  write(seq: number, hash: string): void;
  read(): { seq: number; hash: string } | undefined;
  close(): void;
}

/** `sign` keeps a damaged head from speaking against a journal that is right. */
export function openHeadFile(
  path: string,
  sign: (seq: number, hash: string) => string,
  { anew }: { anew: boolean },
): HeadFile {
  if (anew) rmSync(path, { force: true });
  let file: number | undefined;
  return {
    write(seq, hash) {
      file ??= openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      // Always of the same length, so that a newer head covers the older one.
      writeSync(file, `${String(seq).padStart(10, '0')} ${hash} ${sign(seq, hash)}\n`, 0);
    },
    read() {
      const [seq = '', hash = '', signature] = readText(path).trim().split(' ');
      return signature !== undefined && signature === sign(Number(seq), hash) ? { seq: Number(seq), hash } : undefined;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
