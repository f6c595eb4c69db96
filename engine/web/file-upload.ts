import { stat } from 'node:fs/promises';
import type { NodeContext } from '../define-node.ts';
import type { HttpUpload } from '../resources/http.ts';

/** A file as the body of a request: exactly as many bytes as the head promises, also when the file grows meanwhile. */
export async function fileUpload(ctx: NodeContext, file: string): Promise<HttpUpload> {
  const { size } = await stat(await ctx.files.readable(file));
  async function* open(): AsyncGenerator<Uint8Array, void> {
    if (size === 0) return;
    const handle = await ctx.files.open(file);
    yield* handle.createReadStream({ signal: ctx.signal, end: size - 1 }) as AsyncIterable<Uint8Array>;
  }
  return { length: size, open };
}
