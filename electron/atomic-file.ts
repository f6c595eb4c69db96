import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@casare/shared';

/** Writes the whole file or leaves the old one: temporary file, fsync, rename. DISK_FULL and FILE_ACCESS say what to do. */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(error, path);
  }
}

export function fileError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const options = { cause: error, details: { path } };
  if (code === 'ENOENT') return new AppError('FILE_NOT_FOUND', `"${path}" does not exist (any more).`, options);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'DISK_FULL',
      `There is no space left to write "${path}". Free some space and save again; the old file is unchanged.`,
      options,
    );
  if (code === 'EEXIST') return new AppError('FILE_EXISTS', `"${path}" exists already. Choose another name.`, options);
  return new AppError('FILE_ACCESS', `"${path}" cannot be used: ${(error as Error).message}`, options);
}
