import { isSpanContextValid, trace } from '@opentelemetry/api';
import { isTraceParent, traceIdOf } from '@casare/shared';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it stands in a trace: of its span, or of whoever sent it, or made of its own id. */
    traceParent: string;
  }
}

/** The span that is running, as a header; nothing while no traces are sent. */
export function activeTraceParent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 1).toString().padStart(2, '0')}`;
}

/** Without a trace of its own or of its sender a request begins one under its id, so that logs of all processes can be joined. */
function traceParentOf(request: FastifyRequest): string {
  const active = activeTraceParent();
  if (active !== undefined) return active;
  const { traceparent } = request.headers;
  if (isTraceParent(traceparent)) return traceparent;
  const id = request.id.replaceAll('-', '');
  return `00-${id}-${id.slice(0, 16)}-01`;
}

/** Every request gets an id that its answer shows, and a place in a trace. */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('traceParent', '');
  app.addHook('onRequest', (request, reply, done) => {
    request.traceParent = traceParentOf(request);
    reply.header('x-request-id', request.id);
    nameSpan(request);
    done();
  });
}

/** By its route: addresses hold ids, and some of them secrets. */
function nameSpan(request: FastifyRequest): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  const route = request.routeOptions.url ?? 'none';
  span.updateName(`${request.method} ${route}`);
  span.setAttributes({ 'http.route': route, 'url.path': route, 'url.query': '', 'casare.request.id': request.id });
}

export function traceOf({ id, traceParent }: FastifyRequest): { reqId: string; traceId: string | undefined } {
  return { reqId: id, traceId: traceIdOf(traceParent || undefined) };
}
