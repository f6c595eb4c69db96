import type { ReactNode } from 'react';
import type { FieldPath } from './field-path.ts';
import type { FieldModel } from './form-model.ts';

export interface LiteralInputProps {
  field: FieldModel;
  path: FieldPath;
  value: unknown;
  label: string;
  /** Undefined removes the value. */
  onChange: (value: unknown) => void;
  /** Draws a field inside this one; `bare` is without a label of its own. Handed down, as inputs and fields nest both ways. */
  renderField: (field: FieldModel, path: FieldPath, bare: boolean) => ReactNode;
}

/** A default as a placeholder. */
export function shownDefault(value: unknown): string | undefined {
  if (value === undefined || value === '' || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
