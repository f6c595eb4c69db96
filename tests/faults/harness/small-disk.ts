import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own in memory, which can be filled to the last byte. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Leaves so much. */
  fill(leaveMegabytes?: number): void;
  free(): void;
}

/** Mounts it; only root may. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'casare-small-disk', folder]);
  chmodSync(folder, 0o755);
  const filler = join(folder, 'filler');
  const spare = join(folder, 'spare');
  return {
    folder,
    fill(leaveMegabytes = 0) {
      writeFileSync(spare, Buffer.alloc(leaveMegabytes * 2 ** 20));
      const file = openSync(filler, 'a');
      for (let size = 2 ** 20; size >= 1; ) {
        try {
          writeSync(file, Buffer.alloc(size));
        } catch {
          size = Math.floor(size / 16);
        }
      }
      closeSync(file);
      rmSync(spare);
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]() {
      // Lazily: a process that is just ending may still hold a file of it.
      execFileSync('umount', ['-l', folder]);
    },
  };
}
