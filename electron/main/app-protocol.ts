import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Protocol } from 'electron';
import { isStudioUrl, STUDIO_SCHEME } from './origin.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** The page reaches nothing but its own files: everything else goes through the host. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Must run before the app is ready. */
export function setupScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: STUDIO_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function setupProtocol(protocol: Pick<Protocol, 'handle'>, studioFolder: string): void {
  protocol.handle(STUDIO_SCHEME, (request) => serveFile(studioFolder, request));
}

/** One file of the studio build; whatever does not lie inside its folder does not exist. */
export async function serveFile(folder: string, request: Pick<Request, 'url' | 'method'>): Promise<Response> {
  if (!isStudioUrl(request.url)) return refuse(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const path = filePath(new URL(request.url).pathname);
  if (path === undefined) return refuse(400);
  try {
    const root = await realpath(folder);
    // Links are followed first, so that one inside the folder cannot lead out of it.
    const file = await realpath(join(root, path));
    if (!file.startsWith(root + sep) || !(await stat(file)).isFile()) return refuse(404);
    const body = request.method === 'HEAD' ? null : new Uint8Array(await readFile(file));
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    return new Response(body, { status: 200, headers: { ...HEADERS, 'content-type': type } });
  } catch {
    return refuse(404);
  }
}

/** Undefined: not a path a page of ours asks for. */
function filePath(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname).replace(/^\//, '');
  } catch {
    return undefined;
  }
  if (path === '') return 'index.html';
  // A colon would be a drive or a stream on Windows.
  const isPlain =
    !/[\0\\:]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isPlain ? path : undefined;
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: HEADERS });
}
