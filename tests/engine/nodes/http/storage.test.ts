import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { keys, startStorage } from './signed-storage.ts';

const bench = await openNodeBench();
const storage = { ...(await startStorage('reports')), bucket: 'reports', ...keys };
const put = (key: string, params: Record<string, unknown>) => bench.run('storage.put', { ...storage, key, ...params });
const names = ['plain.txt', 'with space/ü & (1)+2=3.txt', "a'b*c!.txt"];

it.each(names)('stores and gets back %j', async (key) => {
  const bytes = randomBytes(300_000);
  await writeFile(join(bench.folder, 'upload.bin'), bytes);
  const stored = await put(key, {
    path: 'upload.bin',
    contentType: 'application/x-own',
    metadata: { Origin: 'robot' },
  });
  expect(stored.output).toMatchObject({ key, size: 300_000, etag: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const { output } = await bench.run('storage.get', { ...storage, key, path: 'back/' });
  expect(output).toMatchObject({ size: 300_000, contentType: 'application/x-own', metadata: { origin: 'robot' } });
  expect(output.etag).toBe(stored.output.etag);
  expect((await readFile(output.path)).equals(bytes)).toBe(true);
});

it('lists objects and folders, in as many requests as it takes', async () => {
  for (let i = 0; i < 5; i++) await put(`list/${i}.txt`, { from: 'text', text: `text ${i}` });
  await put('list/sub/x.txt', { from: 'text', text: '' });
  const list = async (params: object) =>
    (await bench.run('storage.list', { ...storage, prefix: 'list/', ...params })).output;
  const keysOf = (output: { objects: { key: string }[] }) => output.objects.map(({ key }) => key);
  const all = await list({});
  expect(keysOf(all)).toEqual(['list/0.txt', 'list/1.txt', 'list/2.txt', 'list/3.txt', 'list/4.txt', 'list/sub/x.txt']);
  expect(all.objects[0]).toMatchObject({ size: 6, modifiedAt: expect.stringMatching(/^20/) });
  const flat = await list({ recursive: false });
  expect([keysOf(flat).length, flat.folders, flat.isComplete]).toEqual([5, ['list/sub/'], true]);
  expect(await list({ maxObjects: 2 })).toMatchObject({ count: 2, isComplete: false });
});

it('shares an object by an address that lasts as long as it should', async () => {
  await put('shared.txt', { from: 'text', text: 'for you' });
  const { output } = await bench.run('storage.presign', { ...storage, key: 'shared.txt', seconds: 600 });
  expect(await (await fetch(output.url)).text()).toBe('for you');
  expect((await fetch(output.url.replace('shared.txt', 'plain.txt'))).status).toBe(403);
  const past = await bench.run(
    'storage.presign',
    { ...storage, key: 'shared.txt', seconds: 1 },
    { now: () => Date.now() - 60_000 },
  );
  expect((await fetch(past.output.url)).status).toBe(403);
  const upload = await bench.run('storage.presign', { ...storage, key: 'sent.txt', method: 'PUT' });
  expect((await fetch(upload.output.url, { method: 'PUT', body: 'by you' })).status).toBe(200);
  expect((await bench.run('storage.get', { ...storage, key: 'sent.txt', path: 'sent.txt' })).output.size).toBe(6);
});

it('deletes, and finds it fine when there is nothing left to delete', async () => {
  await put('gone.txt', { from: 'text', text: 'x' });
  for (let i = 0; i < 2; i++)
    expect((await bench.run('storage.delete', { ...storage, keys: ['gone.txt'] })).output).toEqual({ count: 1 });
  expect(await bench.fail('storage.get', { ...storage, key: 'gone.txt' })).toMatchObject({
    code: 'FILE_NOT_FOUND',
    details: { storageCode: 'NoSuchKey' },
  });
});

it('says what the storage refuses', async () => {
  const wrong = await bench.fail('storage.put', { ...storage, secretKey: 'wrong', key: 'x', from: 'text', text: 'x' });
  expect(wrong).toMatchObject({ code: 'FORBIDDEN', details: { storageCode: 'SignatureDoesNotMatch' } });
  const bucket = await bench.fail('storage.list', { ...storage, bucket: 'unknown' });
  expect(bucket).toMatchObject({ code: 'FILE_NOT_FOUND', details: { storageCode: 'NoSuchBucket' } });
  expect(await bench.fail('storage.get', { ...storage, key: '../other/x' })).toMatchObject({ code: 'PARAMS_INVALID' });
});
