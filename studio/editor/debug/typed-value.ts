import type { ValueType } from '@casare/shared';
import { looseText, looseValue } from '../form/loose-value.ts';

export type TypedValue = { ok: true; value: unknown } | { ok: false; message: string };

/** What somebody typed for a variable of a declared type. */
export function readTyped(text: string, type: ValueType): TypedValue {
  switch (type) {
    case 'text':
      return { ok: true, value: text };
    case 'number': {
      const value = Number(text.trim());
      if (text.trim() === '' || !Number.isFinite(value))
        return { ok: false, message: 'A number is needed, e.g. 12 or 0.5.' };
      return { ok: true, value };
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') return { ok: false, message: 'Either true or false.' };
      return { ok: true, value: text === 'true' };
    case 'list':
      return readJson(text, Array.isArray, 'A list is needed, e.g. ["a", "b"].');
    case 'object':
      return readJson(
        text,
        (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
        'An object is needed, e.g. { "name": "Ada" }.',
      );
    case 'any':
      return { ok: true, value: looseValue(text) };
  }
}

function readJson(text: string, fits: (value: unknown) => boolean, message: string): TypedValue {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { ok: true, value } : { ok: false, message };
  } catch {
    return { ok: false, message };
  }
}

/** The text that `readTyped` reads back to the same value. */
export function typedText(value: unknown, type: ValueType): string {
  if (value === undefined || value === null) return type === 'any' && value === null ? 'null' : '';
  if (type === 'any') return looseText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
