import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

/** No inline script, nothing from elsewhere; inline styles are what React Flow positions nodes with. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Serves the studio build: hashed assets for a year, every other path is the page itself (its router decides). */
export async function serveStudio(
  folder: string,
  path: string,
  response: ServerResponse,
  pageHead: string,
): Promise<void> {
  const wanted = normalize(decodeURIComponent(path)).replace(/^[/\\]+/, '');
  const asset =
    wanted.includes('..') || wanted.startsWith(sep) ? undefined : await readAsset(join(folder, wanted || 'index.html'));
  const isPage = asset === undefined || wanted === '' || wanted === 'index.html';
  if (isPage && wanted.startsWith('assets/')) {
    response.writeHead(404).end();
    return;
  }
  const body = isPage ? await readAsset(join(folder, 'index.html')) : asset;
  if (!body) {
    response
      .writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
      .end('The studio is not built yet. Run "npm start", which builds it.');
    return;
  }
  response.writeHead(200, {
    'content-type': isPage ? 'text/html; charset=utf-8' : (TYPES[extname(wanted)] ?? 'application/octet-stream'),
    'cache-control': wanted.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(isPage ? body.toString('utf8').replace('<head>', `<head>${pageHead}`) : body);
}

function readAsset(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
