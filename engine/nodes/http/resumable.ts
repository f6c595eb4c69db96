import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';
import type { HttpRequest, HttpStream } from '../../resources/http.ts';
import { refusal } from '../../web/refusal.ts';
import type { AuthParams } from './auth.ts';
import { sendForStream } from './send.ts';

const tries = 5;

/**
 * The body of an answer, taken up where it broke off: `Range` asks for the rest, and `If-Range` makes the server say so when
 * the file has changed meanwhile.
 */
export async function* resumable(
  ctx: NodeContext,
  first: HttpStream,
  request: HttpRequest,
  auth: AuthParams,
): AsyncGenerator<Uint8Array, void> {
  const validator = validatorOf(first);
  let answer = first;
  let read = 0;
  for (let attempt = 1; ; attempt++) {
    const before = read;
    try {
      for await (const chunk of answer.body) {
        read += chunk.byteLength;
        yield chunk;
      }
      return;
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable || validator === undefined || attempt > tries) throw error;
      // Nothing arrived: there is no beginning to go on from, and trying again is for the retries of the step.
      if (read === 0) throw error;
      // Whatever arrived counts as progress: only a server that sends nothing five times in a row is given up.
      if (read > before) attempt = 0;
      ctx.log('info', `The connection broke after ${read} bytes; the download goes on from there.`);
      await ctx.sleep(Math.min(200 * 2 ** attempt, 5000));
      answer = await sendForStream(
        ctx,
        {
          ...request,
          ...(request.maxBytes === undefined ? {} : { maxBytes: Math.max(1, request.maxBytes - read) }),
          headers: { ...request.headers, range: `bytes=${read}-`, 'if-range': validator },
        },
        auth,
      );
      await expectRest(answer, read);
    }
  }
}

async function expectRest(answer: HttpStream, from: number): Promise<void> {
  if (answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${from}-`)) return;
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of answer.body) {
    start = chunk;
    break;
  }
  if (answer.status >= 400) throw refusal(answer, start, 'GET');
  throw new AppError('HTTP_FAILED', 'The file changed while it was downloaded. Download it again.', {
    retryable: true,
    details: { status: answer.status, from },
  });
}

/** What names this very state of the file. Packed bodies are excepted: their ranges count packed bytes. */
function validatorOf({ headers }: HttpStream): string | undefined {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity' || headers['accept-ranges'] === 'none')
    return undefined;
  const etag = headers['etag'];
  if (etag !== undefined && !etag.startsWith('W/')) return etag;
  return headers['accept-ranges'] === 'bytes' ? headers['last-modified'] : undefined;
}
