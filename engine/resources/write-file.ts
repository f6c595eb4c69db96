import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileContent, WriteOptions, WrittenFile } from './files.ts';

interface WholeOptions extends WriteOptions {
  /** Asked before the first byte is written. */
  check(handle: FileHandle): Promise<void>;
}

/** Writes beside the target, makes it durable, then moves it into place: a crash leaves the old file or the new one. */
export async function writeFileWhole(
  target: string,
  content: FileContent,
  { overwrite = true, signal, check }: WholeOptions,
): Promise<WrittenFile> {
  const temporary = join(dirname(target), `.casare-${randomUUID()}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(temporary, flags, 0o666);
  try {
    let size: number;
    try {
      await check(handle);
      const old = await stat(target).catch(() => undefined);
      if (old) await handle.chmod(old.mode & 0o777);
      size = await writeAll(handle, content, signal);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (overwrite) await replace(temporary, target);
    else await placeNew(temporary, target);
    return { path: target, size };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeAll(handle: FileHandle, content: FileContent, signal?: AbortSignal): Promise<number> {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await handle.writeFile(bytes, { signal });
    return bytes.byteLength;
  }
  let size = 0;
  for await (const chunk of content) {
    signal?.throwIfAborted();
    await handle.writeFile(chunk);
    size += chunk.byteLength;
  }
  return size;
}

/** A virus scanner that looks at the file keeps Windows from renaming it for some milliseconds. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (process.platform !== 'win32' || attempt === 10 || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await delay(20 * attempt);
    }
  }
}

/** A second name for the file is refused where the name is taken, which a rename would not be. */
async function placeNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // No hard links here (FAT, some network drives): the name was looked at a moment ago, that must do.
    await replace(from, to);
  }
}
