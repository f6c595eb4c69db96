import { type formSettingsSchema, type HumanValues, type TaskField, type Workflow } from '@casare/shared';
import type { z } from 'zod';
import type { KindRules } from './kind-rules.ts';

export const formRules: KindRules = { kind: 'form' };

export type FormSettings = z.output<typeof formSettingsSchema>;

/** The fields of a form: those that were written down, or one for each input of the workflow. */
export function fieldsOf({ fields }: FormSettings, { inputs }: Pick<Workflow, 'inputs'>): TaskField[] {
  if (fields) return fields;
  return inputs
    .filter(({ name, type }) => name !== 'payload' && type !== 'list' && type !== 'object')
    .map((input) => ({
      name: input.name,
      label: '',
      kind: input.secret
        ? 'secret'
        : input.type === 'number'
          ? 'number'
          : input.type === 'boolean'
            ? 'checkbox'
            : 'text',
      required: input.required === true && input.default === undefined,
      ...(typeof input.default === 'string' || typeof input.default === 'number' || typeof input.default === 'boolean'
        ? { default: input.default }
        : {}),
      choices: [],
      help: input.description ?? '',
    }));
}

/** What a browser sent, as values of the fields. An empty field has none. */
export function readValues(fields: readonly TaskField[], sent: Readonly<Record<string, unknown>>): HumanValues {
  const values: HumanValues = {};
  for (const { name, kind } of fields) {
    const given = sent[`field-${name}`];
    const text = typeof given === 'string' ? given : '';
    if (kind === 'checkbox') values[name] = text !== '';
    else if (text === '') continue;
    else if (kind === 'number') values[name] = Number.isFinite(Number(text)) ? Number(text) : text;
    else values[name] = text.replaceAll('\r\n', '\n');
  }
  return values;
}
