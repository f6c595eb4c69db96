import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { effectField, timeoutField, windowFields } from './fields.ts';
import { bringToFront, namesWindow } from './find-window.ts';

export const pressKeys = defineNode({
  type: 'desktop.keys',
  version: 1,
  title: 'Press keys on the desktop',
  category: 'desktop',
  icon: 'command',
  description: 'Presses a key or a combination such as Control+S, or several after one another.',
  synonyms: ['hotkey', 'shortcut', 'send keys', 'enter', 'tab', 'escape', 'function key'],
  params: z.strictObject({
    keys: z.string().min(1).max(1000).meta({
      title: 'Keys',
      description:
        'Enter, Escape, ArrowDown, F5, a, Control+S, Alt+F4 … Several after one another, with blanks between: Tab Tab Enter.',
      placeholder: 'Control+S',
    }),
    ...windowFields,
    times: z.int().min(1).max(1000).default(1).meta({ title: 'Times', 'x-advanced': true }),
    holdMs: z.int().min(0).max(60_000).default(0).meta({ title: 'Hold the keys', unit: 'ms', 'x-advanced': true }),
    delayMs: z.int().min(0).max(5000).default(20).meta({ title: 'Pause between', unit: 'ms', 'x-advanced': true }),
    ...timeoutField,
    ...effectField,
  }),
  output: z.object({ pressed: z.int(), window: z.string() }),
  capabilities: ['desktop'],
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'Save', params: { keys: 'Control+S', window: 'Notepad' } },
    { title: 'To the third field', params: { keys: 'Tab', times: 3, effect: 'idempotent' } },
  ],
  async run(ctx, params) {
    const { times, holdMs, delayMs, timeoutMs } = params;
    const once = params.keys.trim().split(/\s+/).map(readCombination);
    const window = namesWindow(params) ? await bringToFront(ctx, params, timeoutMs) : undefined;
    const combinations = Array.from({ length: times }, () => once).flat();
    await ctx.desktop.call('keys', { combinations, holdMs, delayMs }, ctx.signal);
    return { output: { pressed: combinations.length, window: window?.title ?? '' } };
  },
});

const otherNames: Readonly<Record<string, string>> = {
  ctrl: 'Control',
  control: 'Control',
  shift: 'Shift',
  alt: 'Alt',
  option: 'Alt',
  meta: 'Meta',
  win: 'Meta',
  super: 'Meta',
  cmd: 'Meta',
  command: 'Meta',
  return: 'Enter',
  esc: 'Escape',
  del: 'Delete',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
};

/** "Control+S" as its keys; a letter with other keys is the key, not its capital. */
function readCombination(text: string): string[] {
  const parts = text === '+' ? ['Plus'] : text.replace(/\+\+$/, '+Plus').split('+');
  if (parts.includes(''))
    throw new AppError('PARAMS_INVALID', `"${text}" is no combination of keys. Write such as Control+S.`);
  return parts.map((part) => {
    const known = otherNames[part.toLowerCase()];
    if (known !== undefined) return known;
    return parts.length > 1 && [...part].length === 1 ? part.toLowerCase() : part;
  });
}
