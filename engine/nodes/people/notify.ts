import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askPerson, deadlineField } from './ask-person.ts';

export const notify = defineNode({
  type: 'people.notify',
  version: 1,
  title: 'Show message',
  category: 'people',
  icon: 'bell',
  description: 'Shows a message to the person at the studio and waits until it was seen.',
  synonyms: ['message box', 'alert', 'info', 'toast', 'human'],
  params: z.strictObject({
    title: z.string().min(1).max(200).meta({ title: 'Title', placeholder: 'Done' }),
    text: z.string().max(10_000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
    deadlineMinutes: deadlineField,
  }),
  output: z.object({ seen: z.boolean() }),
  effect: 'idempotent',
  waits: true,
  examples: [{ title: 'The end', params: { title: 'All invoices are paid' } }],
  async run(ctx, { title, text, deadlineMinutes }) {
    const answer = await askPerson(ctx, { kind: 'notify', title, text }, deadlineMinutes);
    return { output: { seen: answer !== undefined } };
  },
});
