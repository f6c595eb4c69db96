import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaSchema, effectField } from './fields.ts';
import { findWindows } from './find-window.ts';
import { notFound, poll } from './poll.ts';

export const launch = defineNode({
  type: 'desktop.launch',
  version: 1,
  title: 'Start application',
  category: 'desktop',
  icon: 'app-window',
  description:
    'Starts a program with windows and waits for its window. It is closed with the run unless you keep it open.',
  synonyms: ['launch', 'open application', 'run program', 'exe'],
  params: z.strictObject({
    program: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Program', description: 'Its name, or its whole path.', placeholder: 'notepad' }),
    args: z.array(z.string().max(100_000)).max(1000).default([]).meta({ title: 'Arguments', 'x-widget': 'list' }),
    folder: z.string().max(4096).default('').meta({
      title: 'Working folder',
      placeholder: 'the folder of the run',
      'x-widget': 'folder',
      'x-advanced': true,
    }),
    waitFor: z.enum(['window', 'nothing']).default('window').meta({ title: 'Wait for its window' }),
    window: z
      .string()
      .max(1000)
      .default('')
      .meta({
        title: 'Title of its window',
        description: 'Or a part of it. Empty: any new window.',
        'x-show-if': { waitFor: ['window'] },
      }),
    timeoutMs: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(30_000)
      .meta({ title: 'Wait at most', unit: 'ms', 'x-show-if': { waitFor: ['window'] } }),
    keepOpen: z.boolean().default(false).meta({ title: 'Keep it open', description: 'Also when the run has ended.' }),
    ...effectField,
  }),
  output: z.object({
    pid: z.int(),
    window: z.object({ id: z.string(), title: z.string(), className: z.string(), bounds: areaSchema }).nullable(),
  }),
  capabilities: ['desktop', 'programs'],
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'An editor', params: { program: 'notepad', window: 'Untitled' } },
    { title: 'Only start it', params: { program: 'xterm', waitFor: 'nothing', keepOpen: true } },
  ],
  async run(ctx, { program, args, folder, waitFor, window: title, timeoutMs, keepOpen }) {
    // The desktop first: without its turn the run starts nothing on it.
    const before = await ctx.desktop.call('windows', {}, ctx.signal);
    const known = new Set(before.map(({ id }) => id));
    const environment = ctx.desktop.environment;
    const inFolder = folder === '' ? {} : { folder: await ctx.files.readable(folder) };
    const started = await ctx.programs.start({ program, args, environment, ...inFolder }, { keepOpen });
    const { pid } = started;
    if (waitFor === 'nothing') return { output: { pid, window: null } };
    const filter = {
      window: title,
      windowMatch: 'contains',
      windowClass: '',
      windowPid: 0,
      severalWindows: 'top',
    } as const;
    const found = await poll(ctx, timeoutMs, async () => {
      const isNew = (await findWindows(ctx, filter)).filter(({ id }) => !known.has(id));
      const [shown] = [...isNew.filter((one) => one.pid === pid), ...isNew];
      if (!shown && typeof started.exitCode === 'number' && started.exitCode !== 0)
        throw new AppError(
          'PROGRAM_FAILED',
          `"${program}" ended with exit code ${started.exitCode} before it showed a window. Try it in a terminal.`,
          { details: { code: started.exitCode } },
        );
      return shown;
    });
    if (!found) {
      const named = title === '' ? 'a new window' : `a new window "${title}"`;
      throw notFound(
        `"${program}" did not show ${named} within ${timeoutMs / 1000} s. Check the title, or wait longer.`,
        {
          program,
          title,
        },
      );
    }
    const { id, className, bounds } = found;
    return { output: { pid, window: { id, title: found.title, className, bounds } } };
  },
});
