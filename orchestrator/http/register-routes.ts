import { AppError } from '@casare/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../keys/verify.ts';
import type { Authenticate } from './authenticate.ts';
import type { Cursors } from './cursors.ts';
import { replySchema } from './json-schema.ts';
import { noteFacts } from './request-log.ts';
import type { RequestLimits } from './request-limits.ts';
import { RawText, type Route, type RouteInput } from './route.ts';

const defaultBodyLimit = 1024 * 1024;

interface RegisterOptions {
  readonly base: string;
  readonly authenticate: Authenticate;
  readonly limits: RequestLimits;
  readonly cursors: Cursors;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** Puts a list of routes on the server: key, parameters, query and body are checked before the route sees anything. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], options: RegisterOptions): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: `${options.base}${route.path}`,
      bodyLimit: route.bodyLimit ?? defaultBodyLimit,
      exposeHeadRoute: false,
      schema: route.reply ? { response: { '2xx': replySchema(route.reply) } } : {},
      handler: (request, reply) => answer(route, options, request, reply),
    });
  }
}

async function answer(route: Route, options: RegisterOptions, request: FastifyRequest, reply: FastifyReply) {
  const caller = await options.authenticate(request, route);
  if (caller) noteFacts(request, { tenantId: caller.tenantId, keyKind: caller.keyKind, keyId: caller.keyId });
  if (caller && !route.unlimited) options.limits.take(caller);
  const input = {
    params: parse(route.params, request.params, 'params'),
    query: openCursor(route, options, caller, parse(route.query, request.query, 'query')),
    body: parse(route.body, request.body, 'body'),
    caller: (caller && { ...caller, address: request.ip }) as Caller,
    request,
    reply,
    untilGone: () => untilGone(reply, options.stopping),
  };
  const result = signCursor(
    route,
    options,
    caller,
    await route.handle(input as unknown as RouteInput<undefined, undefined, undefined>),
  );
  if (result instanceof RawText) {
    if (!reply.hasHeader('content-type')) reply.type('application/json; charset=utf-8');
    return reply
      .code(route.status ?? 200)
      .serializer(asIs)
      .send(result.text);
  }
  if (route.reply === undefined && result === undefined) return reply.code(route.status ?? 204).send();
  return reply.code(route.status ?? 200).send(result);
}

type Signing = Pick<RegisterOptions, 'cursors'>;

function openCursor(route: Route, { cursors }: Signing, caller: Caller | undefined, query: unknown): unknown {
  const cursor = (query as { cursor?: unknown } | undefined)?.cursor;
  if (typeof cursor !== 'string' || !caller) return query;
  return { ...(query as object), cursor: cursors.open(route.path, caller.tenantId, cursor) };
}

function signCursor(route: Route, { cursors }: Signing, caller: Caller | undefined, result: unknown): unknown {
  const place = (result as { nextCursor?: unknown } | undefined | null)?.nextCursor;
  if (typeof place !== 'string' || !caller) return result;
  return { ...(result as object), nextCursor: cursors.sign(route.path, caller.tenantId, place) };
}

function asIs(text: unknown): string {
  return text as string;
}

function untilGone(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const controller = new AbortController();
  // The response, not the connection: connections are kept for many requests and would gather listeners.
  reply.raw.once('close', () => controller.abort());
  return AbortSignal.any([controller.signal, stopping]);
}

function parse(schema: z.ZodType | undefined, value: unknown, where: 'params' | 'query' | 'body'): unknown {
  if (!schema) return undefined;
  let result: z.ZodSafeParseResult<unknown>;
  try {
    result = schema.safeParse(value);
  } catch (cause) {
    // JSON that is nested deeper than the stack is.
    throw new AppError('VALIDATION', `The ${where} is nested too deeply.`, { details: { issues: [] }, cause });
  }
  if (result.success) return result.data;
  const issues = result.error.issues
    .slice(0, 50)
    .map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message }));
  // An id that has not even the form of one cannot belong to anything.
  if (where === 'params') throw new AppError('NOT_FOUND', 'There is nothing with this id.', { details: { issues } });
  throw new AppError('VALIDATION', `The ${where} has a wrong form: ${issues[0]?.path} ${issues[0]?.message}`, {
    details: { issues },
  });
}
