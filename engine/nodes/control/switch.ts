import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

const caseSchema = z.strictObject({
  port: z
    .string()
    .regex(/^(?!(?:default|error)$)[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -; neither "default" nor "error"')
    .meta({ title: 'Port' }),
  equals: z.unknown().meta({ title: 'Equals' }),
});

export const switchNode = defineNode({
  type: 'control.switch',
  version: 1,
  title: 'Switch',
  category: 'control',
  icon: 'list-tree',
  description:
    'Compares a value with several cases and goes on at the port of the first that is equal, else at Default.',
  synonyms: ['case', 'choose', 'select', 'route'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Value', placeholder: '${vars.status}' }),
    cases: z.array(caseSchema).max(64).default([]).meta({ title: 'Cases', 'x-widget': 'cases' }),
  }),
  output: z.object({ port: z.string() }),
  outputs: [{ id: 'default', title: 'Default', kind: 'flow' }],
  dynamicOutputs: { param: 'cases', prefix: 'case', kind: 'flow', idKey: 'port' },
  effect: 'pure',
  examples: [
    {
      title: 'By status',
      params: {
        value: '${vars.status}',
        cases: [
          { port: 'open', equals: 'open' },
          { port: 'done', equals: 'closed' },
        ],
      },
    },
  ],
  run(_ctx, { value, cases }) {
    const port = cases.find((one) => isSame(one.equals, value))?.port ?? 'default';
    return { output: { port }, port };
  },
});

/** Text and number of the same look are the same: a case typed into a form is text, the value it meets often a number. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || textOf(a) === textOf(b);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
