import { AppError } from '@casare/shared';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { folderOfRemote, joinRemote } from '../../resources/remotes/remote-path.ts';
import type { RemoteFiles } from '../../resources/remotes.ts';
import { type overwriteField, shallWrite } from './overwrite.ts';

interface Upload {
  /** Of this machine. */
  path: string;
  /** On the server. */
  target: string;
  overwrite: z.output<typeof overwriteField>;
  atomic: boolean;
  progress(bytes: number, path: string): void;
}

/** The size, or undefined when the file there was left as it is. */
export async function uploadFile(
  ctx: NodeContext,
  remote: RemoteFiles,
  { path, target, overwrite, atomic, progress }: Upload,
): Promise<number | undefined> {
  const handle = await ctx.files.open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    if (overwrite !== 'always' && !shallWrite(overwrite, { modifiedAt: mtimeMs }, await remote.info(target), target)) {
      progress(size, target);
      return undefined;
    }
    // The same for every try of this step with this file, so that what has arrived already need not be sent again.
    const mark = createHash('sha256')
      .update(`${ctx.effectKey}\n${target}\n${size}\n${mtimeMs}`)
      .digest('hex')
      .slice(0, 24);
    const place = atomic ? joinRemote(folderOfRemote(target), `.casare-${mark}.part`) : target;
    const there = atomic ? ((await remote.info(place))?.size ?? 0) : 0;
    const start = there <= size ? there : 0;
    progress(start, target);
    if (start < size || size === 0) {
      const content = handle.createReadStream({ start, autoClose: false, signal: ctx.signal });
      await remote.write(
        place,
        Readable.from(
          counted(content, (bytes) => progress(bytes, target)),
          { objectMode: false },
        ),
        start,
      );
    }
    await checkSize(remote, place, size, atomic);
    if (atomic) await remote.rename(place, target);
    return size;
  } finally {
    await handle.close();
  }
}

async function checkSize(remote: RemoteFiles, place: string, size: number, atomic: boolean): Promise<void> {
  const arrived = (await remote.info(place))?.size;
  if (arrived === size) return;
  if (atomic) await remote.remove(place);
  throw new AppError('TRANSFER_FAILED', `Of ${size} bytes ${arrived ?? 0} arrived at "${place}". Try again.`, {
    retryable: true,
    details: { path: place, size, arrived: arrived ?? 0 },
  });
}

async function* counted(content: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  for await (const chunk of content) {
    count(chunk.byteLength);
    yield chunk;
  }
}
