import { z } from 'zod';

/** Which window; nothing given means any, or none in particular. */
export const windowFields = {
  window: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Window', description: 'Its title, or a part of it.', placeholder: 'Invoices' }),
  windowMatch: z
    .enum(['contains', 'exact', 'regex'])
    .default('contains')
    .meta({ title: 'The title', description: 'Contains: in capitals or not.', 'x-advanced': true }),
  windowClass: z.string().max(500).default('').meta({
    title: 'Class of the window',
    description: 'What "List windows" shows as className. Not known on Windows and macOS.',
    'x-advanced': true,
  }),
  windowPid: z.int().min(0).max(4_294_967_295).default(0).meta({
    title: 'Process of the window',
    description: 'Its number, such as the pid that "Start application" gives. 0: any.',
    'x-advanced': true,
  }),
  severalWindows: z.enum(['fail', 'top']).default('fail').meta({
    title: 'When several windows fit',
    description: 'Fail, so that nothing wrong is touched; or take the uppermost.',
    'x-advanced': true,
  }),
};
export type WindowParams = z.output<z.ZodObject<typeof windowFields>>;

export const timeoutField = {
  timeoutMs: z.int().min(0).max(3_600_000).default(10_000).meta({
    title: 'Wait at most',
    description: 'How long to wait until it is there.',
    unit: 'ms',
  }),
};

/** For steps that press keys and buttons; `effectOf` reads it. */
export const effectField = {
  effect: z.enum(['ask', 'idempotent', 'once']).default('ask').meta({
    title: 'Repeating it',
    description:
      'What a run does that was cut off in this step: ask a person, do it again (idempotent), or never (once, such as sending an order).',
    'x-advanced': true,
  }),
};

const pixels = (title: string) => z.number().min(-100_000).max(100_000).meta({ title, unit: 'px' });

export const areaSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** Where to look: the whole screen, a window, a part of either. */
export const areaFields = {
  ...windowFields,
  region: z
    .strictObject({
      x: pixels('From the left'),
      y: pixels('From the top'),
      width: z.number().min(1).max(100_000).meta({ title: 'Width', unit: 'px' }),
      height: z.number().min(1).max(100_000).meta({ title: 'Height', unit: 'px' }),
    })
    .optional()
    .meta({ title: 'Only in this part', description: 'Of the window, or else of the screen.', 'x-advanced': true }),
};
export type AreaParams = z.output<z.ZodObject<typeof areaFields>>;

export const imageFields = {
  image: z.string().max(4096).default('').meta({
    title: 'Picture',
    description: 'File with a cut-out of the screen.',
    'x-widget': 'file',
    placeholder: 'ok.png',
  }),
  threshold: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.9)
    .meta({ title: 'Alike from', description: '1: every pixel.', 'x-advanced': true }),
};

export const textFields = {
  text: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Text', description: 'As it stands on the screen, within one line.', placeholder: 'Save' }),
  similarity: z.number().min(0.5).max(1).default(0.85).meta({
    title: 'Letters that fit',
    description: '1: every one. Less forgives letters that were misread.',
    'x-advanced': true,
  }),
  matchCase: z.boolean().default(false).meta({ title: 'Capitals matter', 'x-advanced': true }),
};

export const languageFields = {
  languages: z
    .string()
    .regex(/^[a-z_A-Z]{3,12}(\+[a-z_A-Z]{3,12}){0,4}$/)
    .max(70)
    .default('eng')
    .meta({
      title: 'Language',
      description: 'Three letters, several as eng+deu. English is there; others are packages @tesseract.js-data/…',
      'x-advanced': true,
    }),
  scale: z.number().min(0).max(6).default(0).meta({
    title: 'Enlarge',
    description: 'How many times larger it is read; 0: chosen by its size.',
    'x-advanced': true,
  }),
};

export const severalField = {
  match: z.enum(['one', 'first', 'last']).default('one').meta({
    title: 'When several fit',
    description: 'One: several are a failure. First and last: from top to bottom.',
    'x-advanced': true,
  }),
};

export const untilField = {
  until: z.enum(['there', 'gone', 'now']).default('there').meta({
    title: 'Wait until it is',
    description: 'Now: does not wait, and finding nothing is no failure.',
  }),
};
