import { AppError } from '@casare/shared';
import type { Entry, ZipFile } from 'yauzl';
import type { NodeContext } from '../../define-node.ts';
import { archiveLimits } from './check-archive.ts';

export interface ArchiveEntry {
  name: string;
  isFolder: boolean;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes it says it unpacks to. */
  size: number;
  isEncrypted: boolean;
  raw: Entry;
}

/** A ZIP file for reading; names are given as they stand in it, so that the check sees what is wrong with them. */
export async function openArchive(ctx: NodeContext, path: string) {
  const handle = await ctx.files.open(path);
  const { fromFd } = await import('yauzl');
  try {
    const { size } = await handle.stat();
    const archive = await new Promise<ZipFile>((resolve, reject) => {
      const options = { lazyEntries: true, autoClose: false, strictFileNames: true, decodeStrings: true };
      fromFd(handle.fd, options, (error, opened) => (error ? reject(damaged(path, error)) : resolve(opened)));
    });
    return {
      size,
      entries: () => listEntries(archive, path),
      read: (entry: ArchiveEntry) => readEntry(archive, entry, path),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function listEntries(archive: ZipFile, path: string): Promise<ArchiveEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: ArchiveEntry[] = [];
    archive.on('error', (error: Error) => reject(damaged(path, error)));
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
    isEncrypted: (raw.generalPurposeBitFlag & 1) !== 0,
    raw,
  };
}

async function* readEntry(
  archive: ZipFile,
  { raw, size }: ArchiveEntry,
  path: string,
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
    throw damaged(path, error as Error);
  }
}

function damaged(path: string, error: Error): Error {
  if (error instanceof AppError || error.name === 'AbortError') return error;
  return new AppError('DATA_FORMAT', `"${path}" is no ZIP file, or it is damaged: ${error.message}. Get it anew.`, {
    details: { path },
    cause: error,
  });
}
