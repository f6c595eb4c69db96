import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';

const maxBytes = 100 * 1024 * 1024;

/** A picture as the threads for documents take it: its bytes, and how an error names it. */
export async function loadFile(ctx: NodeContext, path: string): Promise<{ bytes: Uint8Array; what: string }> {
  const handle = await ctx.files.open(path);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new AppError('PAYLOAD_TOO_LARGE', `"${path}" is larger than 100 MiB. Make it smaller first.`, {
        details: { path, maxBytes },
      });
    const bytes = await handle.readFile({ signal: ctx.signal });
    return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), what: `"${path}"` };
  } finally {
    await handle.close();
  }
}
