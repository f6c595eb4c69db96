import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { docsPage, docsScript, docsStyle } from './docs-page.ts';
import { noSuchRoute, sendError } from './error-handler.ts';
import type { JsonSchema } from './json-schema.ts';

/** What every reply says: it is what it is called, and no other site may use it. */
const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Replies of the API are read by programs: they load nothing and are not kept. */
const forPrograms = {
  ...always,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Pages may load and connect to this server only. */
const forPages = {
  ...always,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // Positions and sizes of the canvas are style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self' ws: wss:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
};

/**
 * Security headers, as constants: putting them together for each request took a tenth of it. Strict-Transport-Security is for
 * whoever ends TLS; over plain HTTP on loopback it would lock the browser out.
 */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.url.startsWith('/api/') ? forPrograms : forPages);
    done();
  });
}

/** The description of the API and its reader. */
export function addDocs(app: FastifyInstance, api: JsonSchema): void {
  const text = JSON.stringify(api);
  const files: readonly (readonly [path: string, type: string, body: string])[] = [
    ['/openapi.json', 'application/json; charset=utf-8', text],
    ['/docs', 'text/html; charset=utf-8', docsPage],
    ['/docs/style.css', 'text/css; charset=utf-8', docsStyle],
    ['/docs/script.js', 'text/javascript; charset=utf-8', docsScript],
  ];
  for (const [path, type, body] of files) app.get(path, (_request, reply) => reply.type(type).send(body));
}

/** The built studio at `/`; addresses within it are its own business, so unknown ones get its page. */
export async function addStudio(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders(reply, path) {
      // Names of built assets carry a hash of their content.
      const lasting = /[\\/]assets[\\/]/.test(path);
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const page = (reply: FastifyReply) => reply.sendFile('index.html');
  app.get('/', (_request, reply) => page(reply));
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    const path = request.url.split('?')[0] ?? '';
    if (isPage && !path.startsWith('/api/') && !/\.\w+$/.test(path)) return page(reply);
    return sendError(noSuchRoute(request), request, reply);
  });
}
