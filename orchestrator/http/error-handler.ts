import { AppError, asAppError, ERROR_CODES, type ErrorCode } from '@casare/shared';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Counters } from '../metrics/counters.ts';
import { traceOf } from '../tracing/request-trace.ts';
import { sqlStateOf } from '../db/transaction.ts';

/** The only place where errors become replies. */
export function setErrorHandlers(
  app: FastifyInstance,
  withNotFound: boolean,
  counters: Pick<Counters, 'refused'>,
): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = translate(thrown);
    counters.refused(error.code, Object.keys(request.params ?? {}).length > 0);
    if (error.status >= 500 && error.code !== 'UNAVAILABLE')
      request.log.error({ ...traceOf(request), err: error.cause ?? error }, 'request failed');
    else request.log.debug({ ...traceOf(request), code: error.code, err: error.cause }, error.message);
    return sendError(error, request, reply);
  });
  // The studio, when it is served, brings a handler that knows its pages.
  if (withNotFound) app.setNotFoundHandler((request, reply) => sendError(noSuchRoute(request), request, reply));
}

export function noSuchRoute(request: FastifyRequest): AppError {
  return new AppError(
    'NOT_FOUND',
    `There is no ${request.method} ${request.url.split('?')[0]}. The API is described at /docs.`,
  );
}

export function sendError(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.status === 503 || error.status === 429)
    reply.header('retry-after', typeof error.details['retryAfter'] === 'number' ? error.details['retryAfter'] : 1);
  // Also for what comes to no route and to no hook.
  reply.header('x-request-id', request.id);
  // A code from outside the union can only be 500 and must not leak its words.
  const hidden = error.code === 'INTERNAL';
  return reply.code(error.status).send({
    error: {
      code: error.code,
      message: hidden ? `Something went wrong here. The request id ${request.id} finds it in the log.` : error.message,
      details: hidden ? {} : error.details,
      requestId: request.id,
    },
  });
}

/** Any thrown thing as an error a client may see. */
export function translate(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return fromHttp(thrown) ?? fromDatabase(thrown) ?? asAppError(thrown);
}

function fromHttp(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { statusCode, code } = thrown as FastifyError;
  if (statusCode === undefined || statusCode >= 500 || !code?.startsWith('FST_')) return undefined;
  const known: Record<number, ErrorCode> = { 413: 'PAYLOAD_TOO_LARGE', 429: 'RATE_LIMITED' };
  const own = known[statusCode] ?? 'VALIDATION';
  return new AppError(own, thrown.message, { status: own === 'VALIDATION' ? statusCode : ERROR_CODES[own].status });
}

/** SQLSTATE classes and codes that pass by themselves: connection lost, shutting down, too many clients, time-outs, disk full, read-only. */
const passing = /^(08...|57P0.|53...|55P03|57014|40001|40P01|25006)$/;
const connection =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|rolled back by the database|pool after calling end/;

function fromDatabase(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const state = sqlStateOf(thrown);
  const network = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if ((state !== undefined && passing.test(state)) || connection.test(`${network} ${thrown.message}`)) {
    return new AppError('UNAVAILABLE', 'The database cannot answer now. Try again in a moment.', {
      retryable: true,
      cause: thrown,
    });
  }
  // Text with NUL, numbers out of range: JSON allows them, PostgreSQL does not.
  if (state?.startsWith('22'))
    return new AppError('VALIDATION', 'A value cannot be stored: it holds a NUL character or is out of range.', {
      cause: thrown,
    });
  if (state === '23514' && 'constraint' in thrown && thrown.constraint === 'jobs_move')
    return new AppError('CONFLICT', 'The state of the job does not allow this.', { cause: thrown });
  if (state === '23514' && 'constraint' in thrown && thrown.constraint === 'queue_items_move')
    return new AppError('CONFLICT', 'The state of the queue item does not allow this.', { cause: thrown });
  return undefined;
}
