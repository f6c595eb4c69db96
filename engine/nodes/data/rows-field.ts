import { rowsSchema } from './rows.ts';

export const rowsField = (title = 'Rows') =>
  rowsSchema.meta({ title, 'x-widget': 'json', placeholder: '${steps.read.output.rows}' });
