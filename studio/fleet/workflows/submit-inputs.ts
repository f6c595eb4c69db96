import type { SubmitJob, WorkflowInput } from '@casare/shared';

type Json = NonNullable<SubmitJob['input']>[string];

/** What a person has typed, by input name: text as it stands in the field, a switch as true or false, a number as such. */
export type Drafts = Readonly<Record<string, string | number | boolean | null>>;

export type InputFault = 'required' | 'number' | 'json' | 'list' | 'object';

export function firstDrafts(inputs: readonly WorkflowInput[]): Drafts {
  return Object.fromEntries(inputs.map((input) => [input.name, draftOf(input)]));
}

function draftOf(input: WorkflowInput): Drafts[string] {
  const value = input.default;
  if (input.type === 'boolean') return value === true;
  if (input.type === 'number') return typeof value === 'number' ? value : null;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The input of a job, and what is wrong with the fields. An empty field is left out, so that the workflow's default holds. */
export function readDrafts(
  inputs: readonly WorkflowInput[],
  drafts: Drafts,
): { input: Record<string, Json>; faults: Record<string, InputFault> } {
  const input: Record<string, Json> = {};
  const faults: Record<string, InputFault> = {};
  for (const field of inputs) {
    const draft = drafts[field.name] ?? null;
    if (draft === null || draft === '') {
      if (field.required && field.default === undefined) faults[field.name] = 'required';
      continue;
    }
    const read = readValue(field, draft);
    if ('fault' in read) faults[field.name] = read.fault;
    else input[field.name] = read.value;
  }
  return { input, faults };
}

function readValue(field: WorkflowInput, draft: string | number | boolean): { value: Json } | { fault: InputFault } {
  if (field.type === 'text' || typeof draft === 'boolean') return { value: draft };
  if (field.type === 'number')
    return typeof draft === 'number' && Number.isFinite(draft) ? { value: draft } : { fault: 'number' };
  const text = String(draft);
  const parsed = parseJson(text);
  if (field.type === 'list')
    return Array.isArray(parsed) ? { value: parsed as Json } : { fault: parsed === undefined ? 'json' : 'list' };
  if (field.type === 'object') {
    const isObject = parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed);
    return isObject ? { value: parsed as Json } : { fault: parsed === undefined ? 'json' : 'object' };
  }
  // Anything goes: JSON where it is JSON, else the text itself.
  return { value: parsed === undefined ? text : (parsed as Json) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
