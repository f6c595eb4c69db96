import { AppError } from '@casare/shared';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { DocumentOptions } from '../../resources/documents.ts';

const MiB = 1024 ** 2;
/** Bytes a document may have. */
export const sizeLimits = { workbook: 100 * MiB, pdf: 200 * MiB, image: 100 * MiB, text: 64 * MiB };

/** A document as the operations take it: its bytes, and how an error names it. */
export async function loadFile(ctx: NodeContext, path: string, maxBytes: number) {
  const handle = await ctx.files.open(path);
  try {
    const { size } = await handle.stat();
    const bytes = size > maxBytes ? undefined : await handle.readFile({ signal: ctx.signal });
    if (!bytes || bytes.byteLength > maxBytes)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `"${path}" is larger than ${Math.round(maxBytes / MiB)} MiB. Split it first.`,
        {
          details: { path, maxBytes },
        },
      );
    return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), what: `"${path}"` };
  } finally {
    await handle.close();
  }
}

export async function loadWorkbook(ctx: NodeContext, path: string, password: string) {
  return { ...(await loadFile(ctx, path, sizeLimits.workbook)), ...(password === '' ? {} : { password }) };
}

export async function loadPdf(ctx: NodeContext, path: string, password = '') {
  return { ...(await loadFile(ctx, path, sizeLimits.pdf)), ...(password === '' ? {} : { password }) };
}

export function optionsOf(ctx: NodeContext): DocumentOptions {
  return { signal: ctx.signal, progress: (fraction) => ctx.progress(fraction) };
}

const keptSchema = z.object({ before: z.string(), after: z.string(), output: z.unknown() });

/**
 * Changes a file once, also when a crash falls between the change and its record: what the file was and will be is kept first, and a
 * resumed step looks which of the two is there.
 */
export async function changeOnce<Output>(
  ctx: NodeContext,
  path: string,
  change: () => Promise<{ old: Uint8Array; bytes: Uint8Array; output: Output }>,
): Promise<Output> {
  const kept = keptSchema.safeParse(ctx.resumed);
  if (kept.success) {
    const now = hashOf((await loadFile(ctx, path, sizeLimits.workbook)).bytes);
    if (now === kept.data.after) return kept.data.output as Output;
    if (now !== kept.data.before)
      throw new AppError(
        'STEP_IN_DOUBT',
        `"${path}" was changed by somebody else since this step began, so nobody knows whether its work is in it. Look into the file, then repeat or skip the step.`,
      );
  }
  const { old, bytes, output } = await change();
  await ctx.checkpoint({ before: hashOf(old), after: hashOf(bytes), output });
  await ctx.files.write(path, bytes, { overwrite: true, signal: ctx.signal });
  return output;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What was given up on the author's word is told in the log. */
export function tellLosses(ctx: NodeContext, path: string, lost: readonly string[]): void {
  if (lost.length > 0) ctx.log('warn', `Saving "${path}" lost: ${lost.join('; ')}`);
}
