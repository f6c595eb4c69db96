import type { HttpAccess, HttpRequest } from '../resources/http.ts';
import type { HostGuard } from './host-guard.ts';

/** HTTP that looks at every request before it is sent, each one that a redirect makes too. Uploads that are read while they are sent are not looked into. */
export function guardHttp(http: HttpAccess, guard: HostGuard): HttpAccess {
  const guarded = (request: HttpRequest): HttpRequest => {
    if (!guard.active) return request;
    return {
      ...request,
      beforeSend(url, headers, body) {
        request.beforeSend?.(url, headers, body);
        guard.check(url.href, textsOf(url, headers, body));
      },
    };
  };
  return {
    request: (request, signal) => http.request(guarded(request), signal),
    stream: (request, signal) => http.stream(guarded(request), signal),
  };
}

function* textsOf(url: URL, headers: Readonly<Record<string, string>>, body: HttpRequest['body']): Iterable<string> {
  yield url.href;
  for (const [name, value] of Object.entries(headers)) yield `${name}: ${value}`;
  if (typeof body === 'string') yield body;
  else if (body instanceof Uint8Array) yield Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}
