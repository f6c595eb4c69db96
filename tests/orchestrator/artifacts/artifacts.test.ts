import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARTIFACT_CHUNK, type Artifact, type ClaimedJob } from '@casare/shared';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealBlobs } from '../../../orchestrator/blobs/blob-store.ts';
import { keepInFolder } from '../../../orchestrator/blobs/in-folder.ts';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { pruneArtifacts } from '../../../orchestrator/maintenance/robot-chores.ts';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let robot: TestRobot;
let job: ClaimedJob;
beforeAll(async () => {
  fleet = await startFleet();
  robot = await register(fleet.robot);
  await submit(fleet.admin, await publish(fleet.admin));
  job = one(await robot.claim());
});
afterAll(() => fleet[Symbol.asyncDispose]());

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

function declared(content: Buffer, more: Record<string, unknown> = {}, of: ClaimedJob = job) {
  const sha256 = hashOf(content);
  const proof = createHmac('sha256', Buffer.from(of.journalKey, 'base64'))
    .update(`artifact ${of.fence} ${sha256}`)
    .digest('base64');
  return {
    instanceId: robot.instanceId,
    kind: 'screenshot',
    name: 'page.png',
    contentType: 'image/png',
    size: content.length,
    sha256,
    takenAt: '2026-11-01T10:00:00.000Z',
    job: { jobId: of.jobId, fence: of.fence, attempt: 1, proof },
    ...more,
  };
}

const piece = (content: Buffer, index: number) => ({
  instanceId: robot.instanceId,
  index,
  data: content.subarray(index * ARTIFACT_CHUNK, (index + 1) * ARTIFACT_CHUNK).toString('base64'),
});

interface Place {
  id: string;
  next: number;
  complete: boolean;
}

async function send(content: Buffer, more: Record<string, unknown> = {}): Promise<string> {
  const { body } = await fleet.robot<Place>('POST', '/artifacts', declared(content, more));
  let { next, complete } = body;
  while (!complete) {
    const reply = await fleet.robot<Place>('POST', `/artifacts/${body.id}/pieces`, piece(content, next));
    expect(reply.status).toBe(200);
    ({ next, complete } = reply.body);
  }
  return body.id;
}

const list = async () =>
  (await fleet.admin<{ artifacts: Artifact[] }>('GET', `/jobs/${job.jobId}/artifacts`)).body.artifacts;

async function download(id: string, key = fleet.keys.adminKey): Promise<Buffer> {
  const response = await fetch(`${fleet.url}/api/v1/artifacts/${id}/content`, { headers: { 'x-api-key': key } });
  return Buffer.from(await response.arrayBuffer());
}

test('a content comes in pieces, goes on after a cut, and is given back as it was', async () => {
  const content = randomBytes(ARTIFACT_CHUNK * 2 + 1000);
  const first = await fleet.robot<Place>('POST', '/artifacts', declared(content));
  expect(first).toMatchObject({ status: 200, body: { next: 0, complete: false } });
  const { id } = first.body;
  expect((await fleet.robot('POST', `/artifacts/${id}/pieces`, piece(content, 0))).body).toEqual({
    next: 1,
    complete: false,
  });
  // The answer was lost: the same again, by the hand of the same robot.
  expect((await fleet.robot('POST', `/artifacts/${id}/pieces`, piece(content, 0))).body).toEqual({
    next: 1,
    complete: false,
  });
  expect(await fleet.admin('GET', `/artifacts/${id}/content`)).toMatchObject({ status: 409 });
  expect((await fleet.robot<Place>('POST', '/artifacts', declared(content))).body).toEqual({
    id,
    next: 1,
    complete: false,
  });
  await fleet.robot('POST', `/artifacts/${id}/pieces`, piece(content, 1));
  expect((await fleet.robot('POST', `/artifacts/${id}/pieces`, piece(content, 2))).body).toEqual({
    next: 3,
    complete: true,
  });
  expect(hashOf(await download(id))).toBe(hashOf(content));
  const shown = await fleet.admin<{ data: string; pieces: number }>('GET', `/artifacts/${id}/piece?index=2`);
  expect(shown.body.pieces).toBe(3);
  expect(Buffer.from(shown.body.data, 'base64')).toEqual(content.subarray(2 * ARTIFACT_CHUNK));
  expect(await list()).toMatchObject([{ id, kind: 'screenshot', complete: true, size: content.length, attempt: 1 }]);
});

test('the same content is kept once, and lies in the database sealed', async () => {
  const content = Buffer.from('a page with a word that nobody must find: canary-in-the-blob');
  const ids = [await send(content, { name: 'a.png' }), await send(content, { name: 'b.png' })];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect((await download(id)).toString()).toBe(content.toString());
  expect(await sealedPieces(hashOf(content))).toEqual([false]);
});

/** As the owner of the database sees them: whether each piece shows what it holds. */
async function sealedPieces(hash: string): Promise<boolean[]> {
  const owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
  const { rows } = await owner.query<{ shown: boolean }>(
    `select position('canary'::bytea in sealed) > 0 as shown from blob_pieces where hash = $1`,
    [hash],
  );
  await owner.end();
  return rows.map(({ shown }) => shown);
}

test('what is not what it says is refused, and may be sent again', async () => {
  const content = Buffer.from('right');
  const { body } = await fleet.robot<Place>('POST', '/artifacts', declared(content));
  const wrong = { instanceId: robot.instanceId, index: 0, data: Buffer.from('wrong').toString('base64') };
  expect(await fleet.robot('POST', `/artifacts/${body.id}/pieces`, wrong)).toMatchObject({ status: 400 });
  expect(await fleet.robot('POST', `/artifacts/${body.id}/pieces`, { ...wrong, data: 'AAAA' })).toMatchObject({
    status: 400,
  });
  expect(await send(content)).toBe(body.id);
});

test('only who held the job may add to it, whatever became of its lease since', async () => {
  const content = Buffer.from('evidence of somebody');
  const forged = declared(content);
  forged.job.proof = Buffer.alloc(32).toString('base64');
  expect(await fleet.robot('POST', '/artifacts', forged)).toMatchObject({
    status: 409,
    body: { error: { code: 'STALE_LEASE' } },
  });
  // Handed back and claimed again: what the first holder saw is still evidence.
  await robot.report(job, 'release', { reason: 'x' });
  const again = one(await robot.claim());
  expect(again.fence).toBeGreaterThan(job.fence);
  await send(content, { name: 'late.png' });
  expect((await list()).some(({ name }) => name === 'late.png')).toBe(true);
});

test('another tenant sees nothing of it and can add nothing', async () => {
  const keys = await addTenant(fleet);
  const [admin, stranger] = [caller(fleet.url, keys.adminKey), caller(fleet.url, keys.robotKey)];
  const id = await send(Buffer.from('ours'));
  for (const path of [
    `/artifacts/${id}`,
    `/artifacts/${id}/content`,
    `/artifacts/${id}/piece`,
    `/jobs/${job.jobId}/artifacts`,
  ])
    expect([path, (await admin('GET', path)).status]).toEqual([path, 404]);
  const theirs = await register(stranger);
  expect(
    await stranger('POST', '/artifacts', { ...declared(Buffer.from('x')), instanceId: theirs.instanceId }),
  ).toMatchObject({ status: 409 });
  expect(
    await stranger('POST', `/artifacts/${id}/pieces`, { ...piece(Buffer.from('x'), 0), instanceId: theirs.instanceId }),
  ).toMatchObject({ status: 404 });
});

test('after their time they go, contents and all', async () => {
  const content = Buffer.from('old one');
  const id = await send(content, { name: 'old.png' });
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  const removed: string[] = [];
  const blobs = { remove: async (_tenant: string, hash: string) => void removed.push(hash) };
  const prune = (days: number) =>
    pruneArtifacts({ database, blobs, artifacts: { days, bytesPerTenant: 0 } } as never, new AbortController().signal);
  try {
    await prune(7);
    expect((await fleet.admin('GET', `/artifacts/${id}`)).status).toBe(200);
    // A day from now is the end of what is kept.
    await prune(-1);
    expect((await fleet.admin('GET', `/artifacts/${id}`)).status).toBe(404);
    // A content that nothing leads to stays for an hour: somebody may be sending it.
    expect(await sealedPieces(hashOf(content))).toHaveLength(1);
    const owner = new pg.Client({ connectionString: fleet.databaseUrl });
    await owner.connect();
    await owner.query(`update blobs set created_at = created_at - interval '2 hours'`);
    await owner.end();
    await prune(7);
    expect(removed).toContain(hashOf(content));
    expect(await sealedPieces(hashOf(content))).toEqual([]);
  } finally {
    await database.close();
  }
});

test('in a folder contents are sealed too, bound to their tenant and place', async () => {
  const root = await mkdtemp(join(tmpdir(), 'casare-blobs-'));
  try {
    const keys = new Map([
      ['t1', randomBytes(32)],
      ['t2', randomBytes(32)],
    ]);
    const store = sealBlobs(keepInFolder(root), (tenant) => keys.get(tenant) as Buffer);
    const hash = hashOf(Buffer.from('x'));
    await store.put('t1', hash, 0, Buffer.from('first'));
    await store.put('t1', hash, 1, Buffer.from('second'));
    expect((await store.get('t1', hash, 1))?.toString()).toBe('second');
    expect(await store.get('t2', hash, 0)).toBeUndefined();
    const place = join(root, 't1', hash.slice(0, 2), hash);
    expect((await readdir(place)).toSorted()).toEqual(['0', '1']);
    const sealed = await readFile(join(place, '0'));
    expect(sealed.includes('first')).toBe(false);
    // Moved to another place it opens nothing.
    await keepInFolder(root).put('t1', hash, 1, sealed);
    expect(await store.get('t1', hash, 1)).toBeUndefined();
    await store.remove('t1', hash);
    expect(await store.get('t1', hash, 0)).toBeUndefined();
  } finally {
    await rm(root, { recursive: true });
  }
});
