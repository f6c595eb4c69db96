import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Orchestrator, readConfig, startOrchestrator } from '../../../orchestrator/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('pages');
let database: TestDatabase;
let orchestrator: Orchestrator;
const origin = 'https://studio.example';

beforeAll(async () => {
  const studio = await makeTempFolder();
  await mkdir(join(studio, 'assets'));
  await writeFile(join(studio, 'index.html'), '<!doctype html><title>Studio</title>');
  await writeFile(join(studio, 'assets', 'main-4f2a.js'), 'export {};');
  database = await createTestDatabase();
  const env = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    STUDIO_DIST: studio,
    ALLOWED_ORIGINS: origin,
  };
  orchestrator = await startOrchestrator(readConfig(env), { catalog: new Map() });
});
afterAll(async () => {
  await orchestrator.stop();
  await database.drop();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${orchestrator.url}${path}`, { headers });

test('the studio is served at its address and at every address within it', async () => {
  for (const path of ['/', '/jobs/12?tab=log', '/workflows']) {
    const page = await get(path, { accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Studio</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
  }
});

test('built assets are kept for a year, missing ones are missing', async () => {
  expect((await get('/assets/main-4f2a.js')).headers.get('cache-control')).toContain('immutable');
  expect((await get('/assets/gone-1111.js', { accept: 'text/html' })).status).toBe(404);
  expect((await get('/api/v1/nothing', { accept: 'text/html' })).status).toBe(404);
  expect((await get('/assets/..%2f..%2fetc%2fpasswd')).status).toBeGreaterThanOrEqual(400);
});

test('pages of listed addresses may call the API, others may not', async () => {
  const listed = await get('/health/live', { origin });
  expect(listed.headers.get('access-control-allow-origin')).toBe(origin);
  const other = await get('/health/live', { origin: 'https://evil.example' });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  const ask = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };
  const preflight = await fetch(`${orchestrator.url}/api/v1/jobs`, ask);
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('x-api-key');
});
