import { AppError } from '@casare/shared';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError } from './file-errors.ts';
import type { FileAccess } from './files.ts';
import { checkSpelling, isInside } from './path-policy.ts';
import { writeFileWhole } from './write-file.ts';

export interface FileAccessOptions {
  /** Where relative paths start; always allowed. */
  folder: string;
  /** Further folders that absolute paths may lead into. */
  allowedFolders?: readonly string[];
}

/** Every path is looked at after its links are resolved, so that a link cannot lead out of the allowed folders. */
export function createFileAccess({ folder, allowedFolders = [] }: FileAccessOptions): FileAccess {
  const base = resolve(folder);
  const roots = [base, ...allowedFolders.map((allowed) => resolve(allowed))];

  async function check(real: string, given: string): Promise<string> {
    const realRoots = await Promise.all(roots.map(resolveExisting));
    if (realRoots.some((root) => isInside(root, real))) return real;
    throw new AppError(
      'FILE_ACCESS',
      `"${given}" lies outside the folders this run may use. Use a path inside the run's folder, or allow the folder in the settings of the machine.`,
      { details: { path: given } },
    );
  }

  /** Absolute path with the links of its folder resolved, checked; the last part is left as it is. */
  async function locate(given: string): Promise<string> {
    checkSpelling(given);
    const full = resolve(base, given);
    try {
      const real = roots.includes(full) ? full : join(await resolveExisting(dirname(full)), basename(full));
      await check(roots.includes(full) ? await resolveExisting(full) : real, given);
      return real;
    } catch (error) {
      throw fileError(error, given);
    }
  }

  async function readable(given: string): Promise<string> {
    const located = await locate(given);
    try {
      const real = await check(await realpath(located), given);
      const info = await stat(real);
      if (info.isFile() || info.isDirectory()) return real;
    } catch (error) {
      throw fileError(error, given);
    }
    throw new AppError('FILE_ACCESS', `"${given}" is a device or a pipe, not a file. Choose a file.`, {
      details: { path: given },
    });
  }

  async function writable(given: string, { overwrite = true }: { overwrite?: boolean } = {}): Promise<string> {
    const located = await locate(given);
    try {
      await mkdir(dirname(located), { recursive: true });
      const parent = await check(await realpath(dirname(located)), given);
      const target = join(parent, basename(located));
      const info = await lstat(target).catch(() => undefined);
      if (!info) return target;
      const real = await check(await resolveExisting(target), given);
      const kind = await stat(real).catch(() => undefined);
      if (!kind) return real;
      if (kind.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
      if (!kind.isFile())
        throw new AppError('FILE_ACCESS', `"${given}" is a device or a pipe, not a file. Choose another path.`);
      if (!overwrite) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      return real;
    } catch (error) {
      throw fileError(error, given);
    }
  }

  /** Links may have been exchanged between the check and the opening: the open file itself is asked where it is. */
  async function checkOpened(handle: FileHandle, given: string): Promise<void> {
    if (!(await handle.stat()).isFile())
      throw new AppError('FILE_ACCESS', `"${given}" is not a file. Add the name of the file.`, {
        details: { path: given },
      });
    if (process.platform === 'linux') await check(await readlink(`/proc/self/fd/${handle.fd}`), given);
  }

  return {
    folder: base,
    readable,
    writable,
    locate,
    async open(given) {
      const real = await readable(given);
      // O_NONBLOCK: opening a pipe that was put there in the meantime must not wait for ever. Both are absent on Windows.
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      const handle = await open(real, flags).catch((error: unknown) => {
        throw fileError(error, given);
      });
      try {
        await checkOpened(handle, given);
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    async write(given, content, options = {}) {
      const target = await writable(given, options);
      try {
        return await writeFileWhole(target, content, { ...options, check: (handle) => checkOpened(handle, given) });
      } catch (error) {
        throw fileError(error, given);
      }
    },
  };
}

/** The real path of the part that exists, followed by the rest as it is written. */
async function resolveExisting(full: string): Promise<string> {
  try {
    return await realpath(full);
  } catch (error) {
    const parent = dirname(full);
    if (parent === full || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // A link to nothing has a real place too: what it names, which must be inside as well.
    const link = await readlink(full).catch(() => undefined);
    if (link !== undefined) return await resolveExisting(resolve(parent, link));
    return join(await resolveExisting(parent), basename(full));
  }
}
