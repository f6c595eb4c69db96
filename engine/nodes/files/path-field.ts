import { z } from 'zod';

const path = z.string().min(1).max(4096);

/** Relative paths start in the run's folder. */
export const fileField = (title: string, placeholder?: string) =>
  path.meta({ title, 'x-widget': 'file', ...(placeholder === undefined ? {} : { placeholder }) });

export const folderField = (title: string, placeholder?: string) =>
  path.meta({ title, 'x-widget': 'folder', ...(placeholder === undefined ? {} : { placeholder }) });

export const overwriteField = (initial: boolean) =>
  z.boolean().default(initial).meta({ title: 'Overwrite', description: 'Replace a file that is there already.' });
