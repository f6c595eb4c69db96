import { AppError } from '@casare/shared';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';
import { folderField } from './path-field.ts';
import { walk } from '../../paths/walk.ts';

export const waitForFile = defineNode({
  type: 'files.waitFor',
  version: 1,
  title: 'Wait for file',
  category: 'files',
  icon: 'file-clock',
  description:
    'Waits until a file that fits a pattern is in a folder and no longer grows, or until such files are gone.',
  synonyms: ['watch folder', 'file watcher', 'download finished'],
  params: z.strictObject({
    folder: folderField('Folder', 'input').default('.'),
    pattern: z.string().min(1).max(1000).default('*').meta({ title: 'Pattern', placeholder: '*.pdf' }),
    until: z.enum(['there', 'gone']).default('there').meta({ title: 'Until it is' }),
    timeoutSeconds: z.number().min(0).max(604_800).default(60).meta({ title: 'At most', unit: 's' }),
    everyMs: z.int().min(50).max(600_000).default(500).meta({ title: 'Look every', unit: 'ms', 'x-advanced': true }),
  }),
  output: z.object({ paths: z.array(z.string()), waitedMs: z.number() }),
  effect: 'idempotent',
  examples: [{ title: 'A download', params: { folder: 'downloads', pattern: '*.csv', timeoutSeconds: 120 } }],
  async run(ctx, { folder, pattern, until, timeoutSeconds, everyMs }) {
    const startedAt = ctx.now();
    for (let before: Map<string, number> | undefined; ; ) {
      ctx.signal.throwIfAborted();
      const sizes = await sizesOf(ctx, folder, pattern);
      // The same size twice: whoever writes it has ended.
      const settled = [...sizes].filter(([path, size]) => before?.get(path) === size).map(([path]) => path);
      const isDone = until === 'gone' ? sizes.size === 0 : settled.length > 0;
      const waitedMs = ctx.now() - startedAt;
      if (isDone) return { output: { paths: settled, waitedMs } };
      if (waitedMs >= timeoutSeconds * 1000) {
        throw new AppError(
          'NODE_TIMEOUT',
          `No file "${pattern}" in "${folder}" was ${until} within ${timeoutSeconds} s. Check the folder, or wait longer.`,
          {
            retryable: true,
            details: { folder, pattern, seen: sizes.size },
          },
        );
      }
      before = sizes;
      await ctx.sleep(everyMs);
    }
  },
});

async function sizesOf(ctx: NodeContext, folder: string, pattern: string): Promise<Map<string, number>> {
  const root = await ctx.files.readable(folder).catch((error: unknown) => {
    // The folder may come with the file.
    if (error instanceof AppError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  });
  const sizes = new Map<string, number>();
  if (root === undefined) return sizes;
  for (const { path, relative, kind } of await walk(root, pattern.includes('/'), ctx.signal)) {
    const info =
      kind === 'file' && matchesPattern(relative, pattern) ? await stat(path).catch(() => undefined) : undefined;
    if (info) sizes.set(path, info.size);
  }
  return sizes;
}
