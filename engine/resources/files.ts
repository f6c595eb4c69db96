/** Files as nodes see them: relative paths stand in the run's folder, everything else must be in an allowed folder. */
export interface FileAccess {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Absolute path for reading; FILE_ACCESS outside the allowed folders (links resolved), FILE_NOT_FOUND. */
  readable(path: string): Promise<string>;
  /** Absolute path for writing, parent folders made; FILE_EXISTS when it exists and `overwrite` is false. */
  writable(path: string, options?: { overwrite?: boolean }): Promise<string>;
}
