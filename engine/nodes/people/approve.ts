import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askPerson, deadlineField, expiredPort } from './ask-person.ts';

export const approve = defineNode({
  type: 'people.approve',
  version: 1,
  title: 'Ask for approval',
  category: 'people',
  icon: 'user-check',
  description: 'Asks a person to choose, and goes on at the port of the choice.',
  synonyms: ['approval', 'human', 'confirm', 'decision', 'yes no', 'attended'],
  params: z.strictObject({
    question: z.string().min(1).max(200).meta({ title: 'Question', placeholder: 'Pay this invoice?' }),
    details: z.string().max(10_000).default('').meta({ title: 'Details', 'x-widget': 'textarea' }),
    choices: z
      .array(z.string().min(1).max(60))
      .min(1)
      .max(12)
      .default(['approve', 'reject'])
      .meta({ title: 'Choices', description: 'Each has a port of its own.', 'x-widget': 'list' }),
    deadlineMinutes: deadlineField,
  }),
  output: z.object({ choice: z.string().nullable(), comment: z.string() }),
  outputs: [expiredPort],
  dynamicOutputs: { param: 'choices', prefix: 'choice', kind: 'flow' },
  effect: 'idempotent',
  waits: true,
  examples: [{ title: 'An invoice', params: { question: 'Pay invoice ${vars.number}?' } }],
  async run(ctx, { question, details, choices, deadlineMinutes }) {
    const wrong = choices.find(
      (choice, i) => choice === 'expired' || choice === 'error' || choices.indexOf(choice) !== i,
    );
    if (wrong !== undefined)
      throw new AppError('PARAMS_INVALID', `"${wrong}" cannot be a choice: there is a port of this name already.`);
    const answer = await askPerson(ctx, { kind: 'approve', title: question, text: details, choices }, deadlineMinutes);
    if (!answer) return { output: { choice: null, comment: '' }, port: 'expired' };
    return { output: { choice: answer.choice, comment: answer.comment }, port: answer.choice };
  },
});
