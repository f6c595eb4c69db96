import type { ConverterTable } from '../converter.ts';
import { AI, LENDERS } from './ai.ts';
import { CODE } from './code.ts';
import { CONTROL } from './control.ts';
import { DATA } from './data.ts';
import { DATABASES } from './database.ts';
import { FILES } from './files.ts';
import { FORMATS } from './formats.ts';
import { HTTP } from './http.ts';
import { SERVICES } from './mail-and-messages.ts';
import { TRIGGERS } from './triggers.ts';

/** Every node type of n8n that has a counterpart, by its name without the package. */
export const CONVERTERS: ConverterTable = {
  ...TRIGGERS,
  ...CONTROL,
  ...DATA,
  ...FORMATS,
  ...HTTP,
  ...FILES,
  ...DATABASES,
  ...SERVICES,
  ...AI,
  ...CODE,
};

export { LENDERS };
