import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { effectField, timeoutField, windowFields } from './fields.ts';
import { bringToFront, namesWindow } from './find-window.ts';

export const typeText = defineNode({
  type: 'desktop.type',
  version: 1,
  title: 'Type on the desktop',
  category: 'desktop',
  icon: 'keyboard',
  description: 'Types a text into the window that has the keyboard, or into one that is brought to the front first.',
  synonyms: ['send keys', 'write', 'enter text', 'keyboard'],
  params: z.strictObject({
    text: z.coerce.string().max(100_000).meta({ title: 'Text', 'x-widget': 'textarea' }),
    ...windowFields,
    clearFirst: z
      .boolean()
      .default(false)
      .meta({ title: 'Clear the field first', description: 'Control+A, then Delete.' }),
    pressEnter: z.boolean().default(false).meta({ title: 'Then press Enter' }),
    delayMs: z.int().min(0).max(5000).default(5).meta({ title: 'Pause between keys', unit: 'ms', 'x-advanced': true }),
    ...timeoutField,
    ...effectField,
  }),
  output: z.object({ characters: z.int(), window: z.string() }),
  capabilities: ['desktop'],
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'Into a window', params: { text: 'Hello', window: 'Notepad' } },
    { title: 'A password, then Enter', params: { text: '${vars.password}', pressEnter: true } },
  ],
  async run(ctx, params) {
    const { text, clearFirst, pressEnter, delayMs, timeoutMs } = params;
    const { signal } = ctx;
    const window = namesWindow(params) ? await bringToFront(ctx, params, timeoutMs) : undefined;
    const selectAll = process.platform === 'darwin' ? ['Meta', 'a'] : ['Control', 'a'];
    const keys = (...combinations: string[][]) =>
      ctx.desktop.call('keys', { combinations, holdMs: 0, delayMs: 20 }, signal);
    if (clearFirst) await keys(selectAll, ['Delete']);
    await ctx.desktop.call('type', { text, delayMs }, signal);
    if (pressEnter) await keys(['Enter']);
    // Not the text: it may be a password that the run does not know as one.
    return { output: { characters: [...text].length, window: window?.title ?? '' } };
  },
});
