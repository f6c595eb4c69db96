import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PAGE_POLICY, serveFile, setupScheme } from '../../../electron/main/app-protocol.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { writeTree } from '../../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('app-protocol');
let folder = '';
beforeAll(async () => {
  const root = await makeTempFolder();
  folder = join(root, 'studio');
  await writeTree(root, {
    'studio/index.html': '<title>studio</title>',
    'studio/assets/main file.js': 'export {};',
    'secret.txt': 'secret',
    'studio-two/secret.txt': 'secret',
  });
  await symlink(join(root, 'secret.txt'), join(folder, 'link.txt'));
  await symlink(root, join(folder, 'up'));
});

const get = (path: string, method = 'GET') =>
  serveFile(folder, { url: path.startsWith('app:') ? path : `app://studio${path}`, method });

test('the page and its files come with the policy and their type', async () => {
  const page = await get('/');
  expect([page.status, await page.text()]).toEqual([200, '<title>studio</title>']);
  expect(page.headers.get('content-security-policy')).toBe(PAGE_POLICY);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const script = await get('/assets/main%20file.js?x=1#y');
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect((await get('/', 'HEAD')).body).toBeNull();
});

test('the policy lets no script but the own files run, and nothing be reached', () => {
  expect(PAGE_POLICY).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(PAGE_POLICY).toContain("connect-src 'self'");
  expect(PAGE_POLICY).toContain("require-trusted-types-for 'script'");
  expect(PAGE_POLICY).not.toMatch(/unsafe|\*|https?:/);
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/%2fetc%2fpasswd',
  '//etc/passwd',
  '/C:%5csecret.txt',
  '/index.html::$DATA',
  '/secret.txt%00.js',
  '/../studio-two/secret.txt',
  '/..%2fstudio-two%2fsecret.txt',
  '/link.txt',
  '/up/secret.txt',
  '/assets',
  '/gone.js',
  '/%',
  '/%E0%A4%A',
])('%s gives nothing', async (path) => {
  const response = await get(path);
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.body).toBeNull();
});

test.each(['app://evil/', 'app://studio.evil/', 'app://user@studio/', 'app://studio:81/'])(
  '%s is not the studio',
  async (url) => {
    expect((await get(url)).status).toBe(403);
  },
);

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not a way to read', async (method) => {
  expect((await get('/', method)).status).toBe(405);
});

test('the scheme has an origin of its own and may not bypass the policy', () => {
  const schemes: Electron.CustomScheme[] = [];
  setupScheme({ registerSchemesAsPrivileged: (given) => void schemes.push(...given) });
  expect(schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  expect(schemes[0]?.privileges).not.toHaveProperty('bypassCSP');
});
