import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { docsPage, docsScript, docsStyle } from './docs-page.ts';
import { noSuchRoute, sendError } from './error-handler.ts';
import type { JsonSchema } from './json-schema.ts';

/** Headers of every reply; pages may load and connect to this server only. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        // Positions and sizes of the canvas are style attributes.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", 'ws:', 'wss:'],
        'worker-src': ["'self'", 'blob:'],
        'manifest-src': ["'self'"],
        'frame-ancestors': ["'none'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
      },
    },
    // Set by whoever ends TLS; over plain HTTP on loopback it would lock the browser out.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
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
