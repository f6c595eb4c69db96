import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';
import { decodeText, type Encoding } from './encodings.ts';

/** A whole file that must fit into memory. */
export async function readBytes(ctx: NodeContext, path: string, maxBytes: number): Promise<Buffer> {
  const handle = await ctx.files.open(path);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw tooLarge(path, maxBytes);
    const bytes = await handle.readFile({ signal: ctx.signal });
    // It may have grown between the two.
    if (bytes.byteLength > maxBytes) throw tooLarge(path, maxBytes);
    return bytes;
  } finally {
    await handle.close();
  }
}

export async function readText(
  ctx: NodeContext,
  path: string,
  encoding: Encoding | 'auto',
  maxBytes: number,
): Promise<string> {
  return decodeText(await readBytes(ctx, path, maxBytes), encoding, path);
}

function tooLarge(path: string, maxBytes: number): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `"${path}" is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB. Read a part of it, or split the file first.`,
    {
      details: { path, maxBytes },
    },
  );
}
