import { AppError, type HumanAnswer, type TaskField, taskFieldSchema } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { askPerson, deadlineField, expiredPort } from './ask-person.ts';

export const form = defineNode({
  type: 'people.form',
  version: 1,
  title: 'Ask by form',
  category: 'people',
  icon: 'form-input',
  description: 'Shows a form to a person and waits until it is filled in.',
  synonyms: ['form', 'ask', 'input', 'human', 'dialog', 'prompt', 'question', 'attended'],
  params: z.strictObject({
    title: z.string().min(1).max(200).meta({ title: 'Title', placeholder: 'Delivery address' }),
    text: z.string().max(10_000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
    fields: z.array(taskFieldSchema).min(1).max(100).meta({
      title: 'Fields',
      description:
        'A list of {name, label, kind, required, default, choices}. What is typed into a secret field goes into the secret variable of its name.',
      'x-widget': 'json',
    }),
    deadlineMinutes: deadlineField,
  }),
  output: z.object({ values: z.record(z.string(), z.unknown()) }),
  outputs: [
    { id: 'out', title: 'Filled in', kind: 'flow' },
    { id: 'declined', title: 'Declined', kind: 'flow' },
    expiredPort,
  ],
  effect: 'idempotent',
  waits: true,
  examples: [
    {
      title: 'An address',
      params: {
        title: 'Delivery address',
        fields: [
          { name: 'street', label: 'Street', required: true },
          { name: 'express', label: 'Express', kind: 'checkbox' },
        ],
      },
    },
  ],
  async run(ctx, { title, text, fields, deadlineMinutes }) {
    const twice = fields.find(({ name }, i) => fields.findIndex((other) => other.name === name) !== i);
    if (twice) throw new AppError('PARAMS_INVALID', `The form has two fields "${twice.name}". Rename one of them.`);
    const answer = await askPerson(ctx, { kind: 'form', title, text, fields }, deadlineMinutes);
    if (!answer) return { output: { values: {} }, port: 'expired' };
    if (answer.choice === 'decline') return { output: { values: {} }, port: 'declined' };
    return { output: { values: valuesOf(ctx, fields, answer) } };
  },
});

/** Secrets are kept apart: journal and log know only the variable they are in. */
function valuesOf(ctx: NodeContext, fields: readonly TaskField[], answer: HumanAnswer): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value = answer.values[name] ?? (kind === 'checkbox' ? false : null);
    if (kind !== 'secret') {
      values[name] = value;
      continue;
    }
    if (typeof value !== 'string' || value === '') continue;
    ctx.setVariable(name, value);
    // Shorter ones are not hidden anywhere, as they would be found in every text.
    if (value.length >= 6 && !ctx.holdsSecret(value)) {
      ctx.setVariable(name, null);
      throw new AppError(
        'PARAMS_INVALID',
        `The form asks for a secret "${name}". Add a variable "${name}" to the workflow and mark it as secret.`,
      );
    }
  }
  return values;
}
