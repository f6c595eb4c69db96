import type { FileHandle } from 'node:fs/promises';

/** Files as nodes see them: relative paths stand in the run's folder, everything else must be in an allowed folder. */
export interface FileAccess {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Absolute path for reading; FILE_ACCESS outside the allowed folders (links resolved), FILE_NOT_FOUND. */
  readable(path: string): Promise<string>;
  /** Absolute path for writing, parent folders made; FILE_EXISTS when it exists and `overwrite` is false. */
  writable(path: string, options?: { overwrite?: boolean }): Promise<string>;
  /** Absolute path of something that may or may not exist; FILE_ACCESS outside the allowed folders. A link at the end stays a link. */
  locate(path: string): Promise<string>;
  /** A regular file for reading, checked again once it is open. The caller closes it. */
  open(path: string): Promise<FileHandle>;
  /** Writes the whole file or, when anything fails, nothing: a reader never sees a half of it. */
  write(path: string, content: FileContent, options?: WriteOptions): Promise<WrittenFile>;
}

export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface WriteOptions {
  /** Default true. */
  overwrite?: boolean;
  signal?: AbortSignal;
}

export interface WrittenFile {
  path: string;
  /** Bytes. */
  size: number;
}
