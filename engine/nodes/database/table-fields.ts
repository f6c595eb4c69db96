import { z } from 'zod';

export const tableField = z.string().min(1).max(200).meta({ title: 'Table', placeholder: 'orders' });

export const schemaField = z.string().max(200).default('').meta({
  title: 'Schema',
  description: 'Empty: the usual one of the connection.',
  'x-advanced': true,
});
