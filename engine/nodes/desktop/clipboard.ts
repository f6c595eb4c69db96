import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { poll } from './poll.ts';

export const useClipboard = defineNode({
  type: 'desktop.clipboard',
  version: 1,
  title: 'Clipboard',
  category: 'desktop',
  icon: 'clipboard',
  description: 'Reads, writes or clears the text of the clipboard, or waits until somebody copies another one.',
  synonyms: ['copy', 'paste', 'get clipboard', 'set clipboard', 'clipboard monitor'],
  params: z.strictObject({
    action: z.enum(['read', 'write', 'clear', 'waitForChange']).default('read').meta({ title: 'Action' }),
    text: z.coerce
      .string()
      .max(10_000_000)
      .default('')
      .meta({ title: 'Text', 'x-widget': 'textarea', 'x-show-if': { action: ['write'] } }),
    timeoutMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(60_000)
      .meta({ title: 'Wait at most', unit: 'ms', 'x-show-if': { action: ['waitForChange'] } }),
  }),
  output: z.object({ text: z.string(), hasText: z.boolean() }),
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'What was copied', params: { action: 'read' } },
    { title: 'To be pasted', params: { action: 'write', text: 'Hello' } },
  ],
  async run(ctx, { action, text, timeoutMs }) {
    const read = () => ctx.desktop.call('readClipboard', {}, ctx.signal);
    if (action === 'write' || action === 'clear') {
      const content = action === 'clear' ? '' : text;
      await ctx.desktop.call('writeClipboard', { text: content }, ctx.signal);
      return { output: { text: content, hasText: content !== '' } };
    }
    const first = await read();
    if (action === 'read') return { output: { text: first ?? '', hasText: first !== null } };
    const changed = await poll(ctx, timeoutMs, async () => {
      const now = await read();
      return now === first ? undefined : { now };
    });
    if (changed) return { output: { text: changed.now ?? '', hasText: changed.now !== null } };
    throw new AppError(
      'NODE_TIMEOUT',
      `Nothing new was copied within ${timeoutMs / 1000} s. Copy it, or wait longer.`,
      {
        retryable: true,
      },
    );
  },
});
