import { AppError } from '@casare/shared';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** What a server may send; named in `accept-encoding`. */
export const acceptedEncodings = 'gzip, deflate, br';

const freeBytes = 10 * 1024 * 1024;

/** The body unpacked and bounded. A body that grows more than 100 times beyond the first 10 MiB is an attack, not data. */
export async function* readBody(
  body: Readable,
  encoding: string,
  maxBytes: number,
  host: string,
): AsyncGenerator<Uint8Array, void> {
  let received = 0;
  let given = 0;
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  body.on('data', (chunk: Uint8Array) => {
    received += chunk.byteLength;
  });
  try {
    for await (const chunk of unpack(body, names, host) as AsyncIterable<Uint8Array>) {
      given += chunk.byteLength;
      if (given > maxBytes) throw tooLarge(host, maxBytes);
      if (names.length > 0 && given > freeBytes && given > received * 100)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `"${host}" sent a body that unpacks to more than 100 times its size. It was refused.`,
        );
      yield chunk;
    }
  } finally {
    body.destroy();
  }
}

function unpack(body: Readable, names: readonly string[], host: string): Readable {
  return names.toReversed().reduce<Readable>((source, name) => {
    const decoder = decoders[name];
    if (!decoder)
      throw new AppError('HTTP_FAILED', `"${host}" sent a body packed as "${name}", which was not asked for.`);
    // A failure of the source reaches the reader through the decoder it destroys.
    return pipeline(source, decoder(), () => undefined);
  }, body);
}

export function tooLarge(host: string, maxBytes: number): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `"${host}" sent more than ${maxBytes} bytes. Ask for less, or raise the size limit of the step.`,
    { details: { maxBytes } },
  );
}
