import type { FastifyRequest } from 'fastify';
import { AppError } from '@casare/shared';

/** A request to a trigger's address, as it came. */
export interface HookMessage {
  /** By small name; one that came twice counts as absent, as nobody can say which of them is meant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly now: number;
}

export function messageOf(request: FastifyRequest): HookMessage {
  if (request.headers['content-encoding'] !== undefined)
    throw new AppError('VALIDATION', 'A compressed body is not taken here. Send it as it is.', { status: 415 });
  const times = new Map<string, number>();
  for (let i = 0; i < request.raw.rawHeaders.length; i += 2) {
    const name = (request.raw.rawHeaders[i] ?? '').toLowerCase();
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && times.get(entry[0]) === 1,
    ),
  );
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { headers, query: { ...(request.query as Record<string, unknown>) }, body, now: Date.now() };
}
