import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp, routeLists } from '../../../orchestrator/app.ts';
import { createCounters } from '../../../orchestrator/metrics/counters.ts';
import type { Context } from '../../../orchestrator/context.ts';
import { type Fleet, startFleet } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

interface Description {
  openapi: string;
  paths: Record<string, Record<string, { summary: string; responses: Record<string, unknown>; security: unknown[] }>>;
}

test('every route the server has is described, and nothing else', async () => {
  const api = (await (await fetch(`${fleet.url}/openapi.json`)).json()) as Description;
  expect(api.openapi).toBe('3.1.0');
  const described = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  // A server of its own, to be asked what it registered; no request reaches its parts.
  const registered: string[] = [];
  const jobKeys = { cursors: Buffer.alloc(32) };
  const context = {
    version: 'test',
    database: {},
    keys: {},
    jobKeys,
    log: undefined,
    counters: createCounters(),
    timing: {},
  } as unknown as Context;
  const app = await createApp(context, {
    stopping: AbortSignal.abort(),
    reader: () => {
      throw new Error('not asked');
    },
    allowedOrigins: [],
    trustedProxies: [],
    requestRates: { perKey: 0, perRobotKey: 0, perTenant: 0 },
    onRoute: (method, path) => method !== 'HEAD' && registered.push(`${method} ${path}`),
  });
  await app.close();
  const pages = ['GET /openapi.json', 'GET /docs', 'GET /docs/style.css', 'GET /docs/script.js'];
  // Addresses of triggers are no part of the API: each has its own contract (docs/triggers.md).
  const addressed = [
    'POST /hooks/:address',
    'GET /hooks/:address/answers/:key',
    'GET /forms/:address',
    'POST /forms/:address',
    'GET /forms/:address/sent/:key',
    'GET /forms/style.css',
  ];
  expect(registered.toSorted()).toEqual([...described, ...pages, ...addressed].toSorted());
  const lists = routeLists(context, () => undefined as never);
  expect(described).toHaveLength(lists.flatMap(({ routes }) => routes).length);
});

/** What anybody may ask for; a route that joins them is a decision. */
const openRoutes = [
  'get /health/live',
  'get /health/ready',
  'get /api/v1/setup',
  'post /api/v1/setup',
  'post /api/v1/sign-in',
  'post /api/v1/sign-in/refresh',
  'post /api/v1/invitations/accept',
];

test('every route says what it does, which key it takes and what it answers', async () => {
  const api = (await (await fetch(`${fleet.url}/openapi.json`)).json()) as Description;
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, route] of Object.entries(methods)) {
      expect(route.summary.length, `${method} ${path}`).toBeGreaterThan(5);
      expect(Object.keys(route.responses), `${method} ${path}`).toContain('default');
      expect(route.security.length === 0, `${method} ${path}`).toBe(openRoutes.includes(`${method} ${path}`));
    }
});

test('the reader loads nothing from elsewhere and runs no inline script', async () => {
  const page = await fetch(`${fleet.url}/docs`);
  const html = await page.text();
  expect(html).not.toMatch(/https?:\/\//);
  expect(html).not.toMatch(/<script>|style="/);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
});
