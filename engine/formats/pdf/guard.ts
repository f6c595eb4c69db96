import { AppError } from '@casare/shared';
import { createInflate } from 'node:zlib';

const MiB = 1024 ** 2;
/** What one stream and all streams of a file may unpack to. A page of scanned text takes 30 MiB. */
const limits = { stream: 256 * MiB, total: 2048 * MiB, ratio: 100, freeBytes: 64 * MiB };
/** A stream of this many bytes cannot unpack to more than limits.freeBytes: deflate packs by 1032 at most. */
const harmless = 32 * 1024;

/**
 * Refuses a PDF whose packed streams are a bomb, before anything reads them. Streams are found by their keyword, so that a damaged
 * table of contents hides none.
 */
export async function guardPdf(bytes: Uint8Array, what: string): Promise<void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.indexOf('%PDF-') === -1 || buffer.indexOf('%PDF-') > 1024)
    throw new AppError('DATA_FORMAT', `${what} is no PDF file. Check the file.`);
  let total = 0;
  let small = 0;
  for (let at = buffer.indexOf('stream'); at !== -1; at = buffer.indexOf('stream', at + 6)) {
    if (buffer.subarray(at - 3, at).toString('latin1') === 'end') continue;
    const dictionary = buffer.subarray(Math.max(0, at - 1024), at).toString('latin1');
    const filters =
      dictionary
        .slice(dictionary.lastIndexOf(' obj'))
        .match(/\/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL)\b/g) ?? [];
    if (filters.length > 1) throw bomb(what, 'a stream in it is packed more than once');
    const start = buffer[at + 6] === 0x0d ? at + 8 : at + 7;
    // 0x78 begins what zlib packs.
    if (buffer[start] !== 0x78) continue;
    const end = buffer.indexOf('endstream', start);
    const packed = buffer.subarray(start, end === -1 ? buffer.length : end);
    if (packed.length < harmless) {
      small += packed.length;
      continue;
    }
    total += await unpackedSize(packed, what);
    if (total > limits.total || total > buffer.length * limits.ratio + limits.freeBytes)
      throw bomb(what, 'its streams unpack to far more than the file holds');
  }
  // Many small ones are a bomb too; only then are they worth the time.
  if (small * 1032 > limits.total + limits.freeBytes * 8) await guardSmall(buffer, what);
}

async function guardSmall(buffer: Buffer, what: string): Promise<void> {
  let total = 0;
  for (let at = buffer.indexOf('stream'); at !== -1; at = buffer.indexOf('stream', at + 6)) {
    const start = buffer[at + 6] === 0x0d ? at + 8 : at + 7;
    if (buffer[start] !== 0x78) continue;
    const end = buffer.indexOf('endstream', start);
    const packed = buffer.subarray(start, end === -1 ? buffer.length : end);
    if (packed.length >= harmless) continue;
    total += await unpackedSize(packed, what);
    if (total > limits.total || total > buffer.length * limits.ratio + limits.freeBytes)
      throw bomb(what, 'its streams unpack to far more than the file holds');
  }
}

async function unpackedSize(packed: Uint8Array, what: string): Promise<number> {
  const inflate = createInflate();
  let size = 0;
  try {
    inflate.end(packed);
    for await (const chunk of inflate) {
      size += (chunk as Uint8Array).byteLength;
      if (size > limits.stream) throw bomb(what, 'a stream in it unpacks to more than 256 MiB');
    }
  } catch (error) {
    // Damaged or of another kind: whoever reads it copes with that. What came out counts.
    if (error instanceof AppError) throw error;
  } finally {
    inflate.destroy();
  }
  return size;
}

function bomb(what: string, reason: string): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `${what} was not read: ${reason}. If you trust it, print it into a new PDF first.`,
  );
}
