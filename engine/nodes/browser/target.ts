import { recordedTargetSchema } from '@casare/shared';
import { z } from 'zod';

const selectorText = z.string().min(1).max(5000);

/** Parameters of every step that looks for one element. */
export const targetParams = {
  target: z.union([selectorText, recordedTargetSchema]).meta({
    title: 'Element',
    description:
      'A selector: CSS (#save, .price), text=Save, role=button[name="Save"] or xpath=//…, or a recorded element. " >>> " leads into a frame: #pay >>> #card.',
    placeholder: '#save',
    'x-widget': 'selector',
  }),
};
export type Target = z.output<typeof targetParams.target>;

export const frameParam = {
  frame: z
    .union([z.string().max(5000), z.array(selectorText).max(10)])
    .optional()
    .meta({
      title: 'In frame',
      description:
        'The iframe that holds the element: a selector, name=pay or url=**/pay/*. Several lead inwards, as a list or with " >>> " between.',
      placeholder: 'iframe#content',
      'x-widget': 'selector',
      'x-advanced': true,
    }),
};

export const timeoutParam = {
  timeoutMs: z.int().min(1).max(3_600_000).default(30_000).meta({
    title: 'Wait at most',
    description: 'How long to wait until the element is there and ready.',
    unit: 'ms',
    'x-advanced': true,
  }),
};

/** For every step that does something with one element. */
export const elementOptions = {
  match: z.enum(['one', 'first', 'last']).default('one').meta({
    title: 'When several fit',
    description: 'One: several are a failure, so that nothing wrong is touched.',
    'x-advanced': true,
  }),
  ...frameParam,
  highlight: z.boolean().default(false).meta({
    title: 'Show it first',
    description: 'Draws a frame round the element for a moment, for people who watch.',
    'x-advanced': true,
  }),
  screenshotOnFail: z.string().max(1000).optional().meta({
    title: 'Picture of a failure',
    description: 'File for a picture of the page when the step fails; the failure names it.',
    placeholder: 'failed.png',
    'x-widget': 'file',
    'x-advanced': true,
  }),
  ...timeoutParam,
};

/** For steps that work with the mouse. */
export const mouseOptions = {
  force: z
    .boolean()
    .default(false)
    .meta({ title: 'Even if covered', description: 'Does not wait until the element is ready.', 'x-advanced': true }),
  position: z
    .strictObject({
      x: z.number().min(-100_000).max(100_000).meta({ title: 'Right', unit: 'px' }),
      y: z.number().min(-100_000).max(100_000).meta({ title: 'Down', unit: 'px' }),
    })
    .optional()
    .meta({
      title: 'At',
      description: 'From the upper left corner of the element; empty: its middle.',
      'x-advanced': true,
    }),
  modifiers: z
    .array(z.enum(['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift']))
    .max(5)
    .default([])
    .meta({ title: 'Held keys', 'x-advanced': true }),
};

/** What Playwright takes of them. */
export function mouseOf(params: {
  force: boolean;
  position?: { x: number; y: number } | undefined;
  modifiers: ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
}) {
  const { force, position, modifiers } = params;
  return { force, modifiers, ...(position ? { position } : {}) };
}

/** For steps that may send a form or set something off; `effectOf` reads it. */
export const effectParam = {
  effect: z.enum(['idempotent', 'once']).default('idempotent').meta({
    title: 'Repeating it',
    description: 'Choose "once" where the step sends something that must not be sent twice, such as an order.',
    'x-advanced': true,
  }),
};

/** How a target reads in a message. */
export function targetText(target: unknown): string | undefined {
  if (typeof target === 'string') return target === '' ? undefined : target;
  const selector = (target as { selector?: unknown } | null | undefined)?.selector;
  return typeof selector === 'string' ? selector : undefined;
}
