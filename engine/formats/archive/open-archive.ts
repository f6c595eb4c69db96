import { AppError } from '@casare/shared';
import type { FileHandle } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { archiveLimits } from './check-archive.ts';

export interface ArchiveEntry {
  name: string;
  isFolder: boolean;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes it says it unpacks to. */
  size: number;
  /** Bytes it takes in the archive, and where they begin. */
  packedSize: number;
  offset: number;
  isEncrypted: boolean;
  raw: Entry;
}

export interface Archive {
  /** Bytes of the whole archive. */
  size: number;
  entries(): Promise<ArchiveEntry[]>;
  read(entry: ArchiveEntry): AsyncGenerator<Uint8Array, void>;
  close(): Promise<void>;
}

const options = { lazyEntries: true, autoClose: false, strictFileNames: true, decodeStrings: true };

/**
 * A ZIP file for reading; names are given as they stand in it, so that the check sees what is wrong with them. An open file is closed
 * with the archive. `what` begins the sentence of an error.
 */
export async function openArchive(source: FileHandle | Uint8Array, what: string): Promise<Archive> {
  const { fromBuffer, fromFd } = await import('yauzl');
  const close = async () => {
    if (!(source instanceof Uint8Array)) await source.close();
  };
  try {
    const size = source instanceof Uint8Array ? source.byteLength : (await source.stat()).size;
    const archive = await new Promise<ZipFile>((resolve, reject) => {
      const opened = (error: Error | null, zip: ZipFile) => (error ? reject(damaged(what, error)) : resolve(zip));
      if (source instanceof Uint8Array)
        fromBuffer(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options, opened);
      else fromFd(source.fd, options, opened);
    });
    return {
      size,
      entries: () => listEntries(archive, what),
      read: (entry: ArchiveEntry) => readEntry(archive, entry, what),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function listEntries(archive: ZipFile, what: string): Promise<ArchiveEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: ArchiveEntry[] = [];
    archive.on('error', (error: Error) => reject(damaged(what, error)));
    archive.on('end', () => resolve(entries));
    archive.on('entry', (raw: Entry) => {
      entries.push(describe(raw));
      // One over the limit is enough to refuse it.
      if (entries.length > archiveLimits.files) resolve(entries);
      else archive.readEntry();
    });
    archive.readEntry();
  });
}

function describe(raw: Entry): ArchiveEntry {
  const isFolder = raw.fileName.endsWith('/');
  const mode = (raw.externalFileAttributes >>> 16) & 0o170000;
  const kind =
    mode === 0o120000
      ? 'link'
      : isFolder
        ? 'folder'
        : mode === 0 || mode === 0o100000 || mode === 0o040000
          ? 'file'
          : 'other';
  return {
    name: raw.fileName,
    isFolder,
    kind,
    size: raw.uncompressedSize,
    packedSize: raw.compressedSize,
    offset: raw.relativeOffsetOfLocalHeader,
    isEncrypted: (raw.generalPurposeBitFlag & 1) !== 0,
    raw,
  };
}

async function* readEntry(
  archive: ZipFile,
  { raw, size }: ArchiveEntry,
  what: string,
): AsyncGenerator<Uint8Array, void> {
  try {
    const stream = await new Promise<AsyncIterable<Uint8Array>>((resolve, reject) => {
      archive.openReadStream(raw, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    let read = 0;
    for await (const chunk of stream) {
      read += chunk.byteLength;
      if (read > size) throw new Error(`"${raw.fileName}" is larger than it says`);
      yield chunk;
    }
  } catch (error) {
    throw damaged(what, error as Error);
  }
}

function damaged(what: string, error: Error): Error {
  if (error instanceof AppError || error.name === 'AbortError') return error;
  return new AppError('DATA_FORMAT', `${what} is no ZIP file, or it is damaged: ${error.message}. Get it anew.`, {
    cause: error,
  });
}
