import { z } from 'zod';

/** A question that a run puts to a person, and the answer. */
export const taskFieldSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_]\w{0,99}$/, 'a letter, then letters, digits and _')
    .meta({ title: 'Name' }),
  label: z.string().max(200).default('').meta({ title: 'Label' }),
  kind: z
    .enum(['text', 'multiline', 'number', 'date', 'checkbox', 'choice', 'file', 'secret'])
    .default('text')
    .meta({ title: 'Kind' }),
  required: z.boolean().default(false).meta({ title: 'Required' }),
  default: z
    .union([z.string().max(100_000), z.number(), z.boolean()])
    .optional()
    .meta({ title: 'Default' }),
  choices: z.array(z.string().max(200)).max(200).default([]).meta({ title: 'Choices' }),
  help: z.string().max(500).default('').meta({ title: 'Help' }),
});
export type TaskField = z.infer<typeof taskFieldSchema>;

export const humanTaskSchema = z.strictObject({
  /** The same however often the run is resumed. */
  id: z.string().max(100),
  kind: z.enum(['form', 'approve', 'notify']),
  workflowName: z.string(),
  nodeId: z.string(),
  title: z.string(),
  /** Plain text; line breaks count. */
  text: z.string(),
  fields: z.array(taskFieldSchema),
  choices: z.array(z.string()),
  /** Milliseconds since 1970 after which nobody waits any more. */
  deadline: z.number().nullable(),
});
export type HumanTask = z.infer<typeof humanTaskSchema>;

export const humanAnswerSchema = z.strictObject({
  /** One of the choices; for a form `submit` or `decline`; for a message `seen`. */
  choice: z.string().max(200),
  values: z
    .record(z.string().max(100), z.union([z.string().max(1_000_000), z.number(), z.boolean(), z.null()]))
    .default({}),
  comment: z.string().max(10_000).default(''),
});
export type HumanAnswer = z.infer<typeof humanAnswerSchema>;
export type HumanValues = HumanAnswer['values'];

/** What is wrong with an answer, by field; empty when nothing is. The field `choice` stands for the choice itself. */
export function answerFaults(task: HumanTask, answer: HumanAnswer): Record<string, string> {
  const allowed = { form: ['submit', 'decline'], notify: ['seen'], approve: task.choices }[task.kind];
  if (!allowed.includes(answer.choice)) return { choice: `Choose one of: ${allowed.join(', ')}.` };
  if (task.kind !== 'form' || answer.choice === 'decline') return {};
  const faults: Record<string, string> = {};
  for (const field of task.fields) {
    const fault = valueFault(field, answer.values[field.name] ?? null);
    if (fault) faults[field.name] = fault;
  }
  const unknown = Object.keys(answer.values).filter((name) => !task.fields.some((field) => field.name === name));
  for (const name of unknown) faults[name] = 'The form has no such field.';
  return faults;
}

function valueFault({ kind, required, choices }: TaskField, value: HumanValues[string]): string | undefined {
  const isEmpty = value === null || value === '' || (kind === 'checkbox' && value === false);
  if (isEmpty) return required ? 'Required.' : undefined;
  switch (kind) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'Not a number.';
    case 'checkbox':
      return typeof value === 'boolean' ? undefined : 'Yes or no.';
    case 'date':
      return typeof value === 'string' && isDate(value) ? undefined : 'Not a date such as 2026-12-24.';
    case 'choice':
      return typeof value === 'string' && choices.includes(value) ? undefined : `One of: ${choices.join(', ')}.`;
    default:
      return typeof value === 'string' ? undefined : 'Not a text.';
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
