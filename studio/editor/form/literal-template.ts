import { type FieldModel, isExpression } from './form-model.ts';

const TEXTS = new Set(['text', 'textarea', 'selector', 'file', 'password', 'variable', 'code', 'any', 'condition']);

function holdsText(field: FieldModel): boolean {
  return TEXTS.has(field.widget);
}

/** A plain value as the template a person can go on from: 5 → `${5}`; a text is a template as it is. */
export function templateOf(field: FieldModel, value: unknown): string | undefined {
  if (typeof value === 'string') return holdsText(field) ? value : `\${${JSON.stringify(value)}}`;
  if (value === undefined) return holdsText(field) ? undefined : '${}';
  return `\${${JSON.stringify(value)}}`;
}

/** Back to a plain value where the expression is nothing but one; else the text where that fits, else nothing. */
export function literalOf(field: FieldModel, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const inner = /^\$\{([^]*)\}$/.exec(value)?.[1];
  if (inner !== undefined) {
    try {
      return JSON.parse(inner) as unknown;
    } catch {
      // Not a constant.
    }
  }
  if (holdsText(field)) return value;
  return isExpression(value) || inner !== undefined ? undefined : value;
}
