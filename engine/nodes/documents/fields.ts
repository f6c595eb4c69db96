import { z } from 'zod';

const path = z.string().min(1).max(4096);

export const fileField = (title: string, placeholder: string) => path.meta({ title, 'x-widget': 'file', placeholder });

export const folderField = (title: string, placeholder: string) =>
  path.meta({ title, 'x-widget': 'folder', placeholder });

export const overwriteField = z
  .boolean()
  .default(true)
  .meta({ title: 'Overwrite', description: 'Replace a file that is there already.' });

export const passwordField = z
  .string()
  .max(500)
  .default('')
  .meta({ title: 'Password', description: 'Only for a protected file.', 'x-widget': 'password', 'x-advanced': true });

export const pagesField = z
  .string()
  .max(2000)
  .default('')
  .meta({ title: 'Pages', description: 'Such as 1-3, 7, 10-. Empty: all. -1 is the last.', placeholder: '1-3, 7' });

export const sheetField = z
  .string()
  .max(31)
  .default('')
  .meta({ title: 'Sheet', description: 'Empty: the first one.', placeholder: 'Sheet1' });

export const acceptLossField = z.boolean().default(false).meta({
  title: 'Save although something is lost',
  description:
    'Some rare parts of a workbook (controls, set filters) cannot be kept. Without this, such a workbook is left as it is.',
  'x-advanced': true,
});

export const datesField = z.boolean().default(true).meta({
  title: 'Turn texts like 2026-01-31 into dates',
  'x-advanced': true,
});

export const formulasField = z.boolean().default(false).meta({
  title: 'Texts that begin with = are formulas',
  description: 'Leave it off for data from outside: a formula can read and send what is in the workbook.',
  'x-advanced': true,
});
