import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const LOG_FILE = 'robot.log';
const MOST_BYTES = 5 * 1024 * 1024;
/** Beside the one that is written. */
const OLD_FILES = 4;

/** The log on disk: `robot.log`, and `robot.log.1` (newer) to `robot.log.4` (older). A disk that is full loses lines, nothing else. */
export function openRotatingFile(folder: string, mostBytes = MOST_BYTES): { write(line: string): void; close(): void } {
  const path = join(folder, LOG_FILE);
  let file: number | undefined;
  let size = 0;

  function open(): number {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const opened = openSync(path, 'a', 0o600);
    size = fstatSync(opened).size;
    return (file = opened);
  }

  function rotate(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
    rmSync(`${path}.${OLD_FILES}`, { force: true });
    for (let n = OLD_FILES - 1; n >= 0; n--) {
      const from = n === 0 ? path : `${path}.${n}`;
      if (existsSync(from)) renameSync(from, `${path}.${n + 1}`);
    }
  }

  return {
    write(line) {
      try {
        let target = file ?? open();
        if (size > 0 && size + Buffer.byteLength(line) > mostBytes) {
          rotate();
          target = open();
        }
        size += writeSync(target, line);
      } catch {
        // Nobody is helped by a robot that ends because it cannot log.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** The files of a folder that are there, the oldest first. */
export function logFiles(folder: string): string[] {
  const names = Array.from({ length: OLD_FILES }, (_, i) => `${LOG_FILE}.${OLD_FILES - i}`);
  return [...names, LOG_FILE].map((name) => join(folder, name)).filter((path) => existsSync(path));
}
