import { AppError } from '@casare/shared';
import type { ArchiveEntry } from './open-archive.ts';

export const archiveLimits = { files: 10_000, bytes: 1024 ** 3, ratio: 100, freeBytes: 1024 ** 2 };

/**
 * Refuses archives that are made to do harm, by what their table of contents says; reading an entry then holds it to what it said. The ratio
 * is against the size of the whole file, so entries that share the same packed bytes count each time.
 */
export function checkArchive(entries: readonly ArchiveEntry[], archiveSize: number, path: string): void {
  const fault = findFault(entries, archiveSize);
  if (fault)
    throw new AppError(fault.code, `"${path}" was not unpacked: ${fault.reason}. If you trust it, unpack it by hand.`, {
      details: { path, ...(fault.name === undefined ? {} : { entry: fault.name.slice(0, 500) }) },
    });
}

function findFault(entries: readonly ArchiveEntry[], archiveSize: number) {
  if (entries.length > archiveLimits.files)
    return {
      code: 'PAYLOAD_TOO_LARGE' as const,
      reason: `it holds more than ${archiveLimits.files} files`,
      name: undefined,
    };
  let total = 0;
  const names = new Set<string>();
  for (const { name, kind, size, isEncrypted, isFolder } of entries) {
    total += size;
    const reason = nameFault(name) ?? kindFault(kind) ?? (isEncrypted ? 'is protected by a password' : undefined);
    if (reason) return { code: 'FILE_ACCESS' as const, reason: `the entry "${name.slice(0, 100)}" ${reason}`, name };
    // A name that is a file in one entry and a folder in another, or stands twice, has no honest reason.
    const key = name.replace(/\/$/, '').toLowerCase();
    if (!isFolder && names.has(key))
      return { code: 'FILE_ACCESS' as const, reason: `the entry "${name.slice(0, 100)}" stands in it twice`, name };
    names.add(key);
  }
  if (total > archiveLimits.bytes)
    return { code: 'PAYLOAD_TOO_LARGE' as const, reason: 'its files are larger than 1 GiB together', name: undefined };
  if (total > archiveSize * archiveLimits.ratio + archiveLimits.freeBytes)
    return {
      code: 'PAYLOAD_TOO_LARGE' as const,
      reason: 'its files are more than 100 times larger than itself',
      name: undefined,
    };
  return undefined;
}

function nameFault(name: string): string | undefined {
  if (name.includes('\0') || name.includes('\\')) return 'has a forbidden sign in its name';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'names an absolute path';
  if (name.split('/').includes('..')) return 'leads out of the folder';
  if (name.length > 1024 || name === '') return 'has an empty or overlong name';
  return undefined;
}

function kindFault(kind: ArchiveEntry['kind']): string | undefined {
  if (kind === 'link') return 'is a link';
  return kind === 'other' ? 'is a device or a pipe' : undefined;
}
