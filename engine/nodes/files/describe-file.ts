import type { Stats } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { z } from 'zod';

export const fileInfoSchema = z.object({
  path: z.string(),
  /** From the folder that was listed. */
  relative: z.string().optional(),
  name: z.string(),
  /** Without the dot, in lower case. */
  extension: z.string(),
  folder: z.string(),
  isFile: z.boolean(),
  isFolder: z.boolean(),
  size: z.number(),
  createdAt: z.string(),
  modifiedAt: z.string(),
});

export function describeFile(path: string, info: Stats): z.output<typeof fileInfoSchema> {
  return {
    path,
    name: basename(path),
    extension: extname(path).slice(1).toLowerCase(),
    folder: dirname(path),
    isFile: info.isFile(),
    isFolder: info.isDirectory(),
    size: info.size,
    createdAt: info.birthtime.toISOString(),
    modifiedAt: info.mtime.toISOString(),
  };
}
