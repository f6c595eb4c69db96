import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { traceOf } from '../tracing/request-trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the log says of it besides how it was answered. */
    facts: Record<string, unknown> | null;
  }
}

/** Ids, counts: never what somebody typed. */
export function noteFacts(request: FastifyRequest, facts: Record<string, unknown>): void {
  request.facts = { ...request.facts, ...facts };
}

/** What robots say all the time; reads are told as little. */
const robotsTell = /\/(complete|fail|park|release|self-register)$/;

/** One line for every request: of changes at `info`, of reads and of what robots say all the time at `debug`. */
export function logRequests(app: FastifyInstance, log: FastifyBaseLogger): void {
  app.decorateRequest('facts', null);
  app.addHook('onResponse', (request, reply, done) => {
    const level = isQuiet(request) ? 'debug' : 'info';
    if (level === 'info' || log.level === 'debug' || log.level === 'trace')
      log[level](
        {
          ...traceOf(request),
          method: request.method,
          route: request.routeOptions.url ?? 'none',
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          ...idsOf(request),
          ...request.facts,
        },
        'request',
      );
    done();
  });
}

function isQuiet(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return true;
  return request.facts?.['keyKind'] === 'robot' && !robotsTell.test(request.routeOptions.url ?? '');
}

/** The thing that the address names. */
function idsOf(request: FastifyRequest): Record<string, unknown> {
  const { id } = (request.params ?? {}) as { id?: unknown };
  const [, , , kind] = (request.routeOptions.url ?? '').split('/');
  if (typeof id !== 'string' || id.length > 64) return {};
  if (kind === 'jobs') return { jobId: id };
  return kind === 'robots' ? { robotId: id } : { subjectId: id };
}
