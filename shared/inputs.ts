import { AppError } from './errors.ts';
import type { ValueType, Workflow } from './workflow.ts';

/**
 * The inputs of a run: declared defaults filled in, types checked. Throws INPUT_INVALID with every fault at once
 * (`details.faults`: name and message).
 */
export function resolveInputs(
  workflow: Pick<Workflow, 'inputs'>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const faults: { name: string; message: string }[] = [];
  const resolved: Record<string, unknown> = {};
  const declared = new Map(workflow.inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) faults.push({ name, message: `there is no input "${name}"` });
  }
  for (const input of workflow.inputs) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : input.default;
    if (value === undefined || value === null) {
      if (input.required) faults.push({ name: input.name, message: `"${input.name}" is required` });
    } else if (!isOfType(value, input.type)) {
      faults.push({ name: input.name, message: `"${input.name}" must be ${TYPE_WORDS[input.type]}` });
    }
    if (value !== undefined) resolved[input.name] = value;
  }
  if (faults.length === 0) return resolved;
  throw new AppError(
    'INPUT_INVALID',
    `The inputs do not fit the workflow: ${faults.map((fault) => fault.message).join('; ')}.`,
    { details: { faults } },
  );
}

/** What a value of each type is, for messages. */
export const TYPE_WORDS: Record<ValueType, string> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
  any: 'anything',
};

/** Whether a value may stand in an input or variable of this type. */
export function isOfType(value: unknown, type: ValueType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'any':
      return true;
  }
}
