import { AppError } from '@casare/shared';
import type { ArchiveEntry } from './open-archive.ts';

export interface ArchiveLimits {
  files: number;
  /** Unpacked, all files together. */
  bytes: number;
  /** How many times larger than the archive its files may be … */
  ratio: number;
  /** … not counting this many bytes. */
  freeBytes: number;
}

const MiB = 1024 ** 2;

export const archiveLimits: ArchiveLimits = { files: 10_000, bytes: 1024 * MiB, ratio: 100, freeBytes: MiB };

/** A workbook is read into memory whole; one of equal rows packs well, so the ratio counts only where size begins to matter. */
export const workbookLimits: ArchiveLimits = { files: 10_000, bytes: 480 * MiB, ratio: 100, freeBytes: 96 * MiB };

/**
 * Refuses archives that are made to do harm, by what their table of contents says; reading an entry then holds it to what it said. The ratio
 * is against the size of the whole file, so entries that share the same packed bytes count each time.
 */
export function checkArchive(
  entries: readonly ArchiveEntry[],
  archiveSize: number,
  what: string,
  limits: ArchiveLimits = archiveLimits,
): void {
  const fault = findNameFault(entries, limits) ?? findOverlap(entries) ?? findSizeFault(entries, archiveSize, limits);
  if (fault)
    throw new AppError(fault.code, `${what} was not unpacked: ${fault.reason}. If you trust it, unpack it by hand.`, {
      details: fault.name === undefined ? {} : { entry: fault.name.slice(0, 500) },
    });
}

interface Fault {
  code: 'PAYLOAD_TOO_LARGE' | 'FILE_ACCESS';
  reason: string;
  name?: string;
}

function findNameFault(entries: readonly ArchiveEntry[], { files }: ArchiveLimits): Fault | undefined {
  if (entries.length > files) return { code: 'PAYLOAD_TOO_LARGE', reason: `it holds more than ${files} files` };
  const names = new Set<string>();
  for (const { name, kind, isEncrypted, isFolder } of entries) {
    // A name that is a file in one entry and a folder in another, or stands twice, has no honest reason.
    const key = name.replace(/\/$/, '').toLowerCase();
    const isTwice = !isFolder && names.has(key);
    const reason =
      nameFault(name) ??
      kindFault(kind) ??
      (isEncrypted ? 'is protected by a password' : isTwice ? 'stands in it twice' : undefined);
    if (reason) return { code: 'FILE_ACCESS', reason: `the entry "${name.slice(0, 100)}" ${reason}`, name };
    names.add(key);
  }
  return undefined;
}

/** Entries that share packed bytes unpack to more than the archive could ever hold. 30 bytes is the least a header takes. */
function findOverlap(entries: readonly ArchiveEntry[]): Fault | undefined {
  let end = 0;
  for (const { name, offset, packedSize } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end)
      return {
        code: 'PAYLOAD_TOO_LARGE',
        reason: `the entry "${name.slice(0, 100)}" shares its bytes with another`,
        name,
      };
    end = offset + 30 + packedSize;
  }
  return undefined;
}

function findSizeFault(
  entries: readonly ArchiveEntry[],
  archiveSize: number,
  { bytes, ratio, freeBytes }: ArchiveLimits,
): Fault | undefined {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > bytes)
    return { code: 'PAYLOAD_TOO_LARGE', reason: `its files are larger than ${Math.round(bytes / MiB)} MiB together` };
  if (total > archiveSize * ratio + freeBytes)
    return { code: 'PAYLOAD_TOO_LARGE', reason: `its files are more than ${ratio} times larger than itself` };
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
