import { randomUUID } from 'node:crypto';
import type { Asset, Credential, CredentialUses } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Call, type Fleet, one, publish, submit, type TestRobot } from '../fleet.ts';
import { openVaultBench, type VaultBench } from './vault-bench.ts';

let bench: VaultBench;
let fleet: Fleet;
let robot: TestRobot;
let second: TestRobot;
let stranger: Call;

beforeAll(async () => {
  bench = await openVaultBench();
  ({ fleet, robot, second, stranger } = bench);
});
afterAll(() => bench[Symbol.asyncDispose]());

describe('a credential', () => {
  test('shows names, kinds and times to people and never a value, and stands sealed in the database', async () => {
    const made = await bench.create('crm', { allowedHosts: ['crm.example.com'] });
    expect(made).toMatchObject({
      name: 'crm',
      kind: 'login',
      fieldNames: ['username', 'password'],
      version: 1,
      lastReadAt: null,
    });
    const answers = await Promise.all(
      [
        '/credentials',
        `/credentials/${made.id}`,
        `/credentials/${made.id}/uses`,
        '/vault/names',
        '/events?since=0',
      ].map(async (path) => JSON.stringify((await fleet.admin('GET', path)).body)),
    );
    expect(answers.filter((text) => text.includes('crm')).length).toBeGreaterThan(3);
    expect(answers.filter((text) => text.includes('canary-') || text.includes('crm-user'))).toEqual([]);
    const database = await bench.wholeDatabase();
    expect(database).toContain('crm.example.com');
    expect(database).not.toContain('canary-crm');
    expect(database).not.toContain('crm-user');
    expect(one(await bench.auditOf('credential.create', made.id)).details).toMatchObject({
      name: 'crm',
      kind: 'login',
    });
  });

  test('refuses values that do not fit its kind, a second one of its name and rules about what is not there', async () => {
    const tryIt = async (body: unknown) => {
      const answer = await fleet.admin<{ error: { code: string } }>('POST', '/credentials', body);
      return `${answer.status} ${answer.body.error.code}`;
    };
    const base = { name: 'wrong', kind: 'token', fields: { token: 'x' } };
    expect(await tryIt({ ...base, fields: { username: 'x' } })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, fields: {} })).toBe('400 VALIDATION');
    expect(await tryIt({ name: 'wrong', kind: 'token' })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, name: '1st' })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, allowedHosts: ['https://a.b/c'] })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, external: { store: 'none', path: 'x' } })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, fields: undefined, external: { store: 'none', path: 'x' } })).toBe('400 VALIDATION');
    expect(await tryIt({ ...base, allowedRobots: [randomUUID()] })).toBe('404 NOT_FOUND');
    expect(await tryIt({ ...base, name: 'crm' })).toBe('409 CONFLICT');
  });

  test('made twice with one Idempotency-Key is one; nothing kept about the request helps to guess its value', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { name: 'twice', kind: 'token', fields: { token: 'guess-me' } };
    const [first, again] = [
      await fleet.admin<Credential>('POST', '/credentials', body, headers),
      await fleet.admin<Credential>('POST', '/credentials', body, headers),
    ];
    expect(again.body).toEqual(first.body);
    const other = await fleet.admin('POST', '/credentials', { ...body, fields: { token: 'another' } }, headers);
    expect(other.status).toBe(422);
    const { rows } = await bench.owner.query<{ n: number }>(
      "select count(*)::int as n from idempotency_keys where body_hash = sha256(convert_to($1, 'utf8'))",
      [JSON.stringify({ ...body, description: '', allowedHosts: [], allowedWorkflows: [], allowedRobots: [] })],
    );
    expect(rows[0]?.n).toBe(0);
  });

  test('is nothing to another tenant', async () => {
    const { id } = await bench.create('mine');
    for (const [method, path] of [
      ['GET', `/credentials/${id}`],
      ['GET', `/credentials/${id}/uses`],
      ['PUT', `/credentials/${id}`],
      ['POST', `/credentials/${id}/rotate`],
      ['DELETE', `/credentials/${id}`],
    ] as const)
      expect((await stranger(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).status).toBe(404);
    expect((await stranger<{ items: unknown[] }>('GET', '/credentials')).body.items).toEqual([]);
  });

  test('that workflows name is deleted only when the caller says so; the refusal names them', async () => {
    const { id } = await bench.create('named');
    await publish(fleet.admin, {
      id: 'names-it',
      name: 'Names it',
      outputs: [{ name: 'o', value: '${credentials.named.password}' }],
    });
    const refused = await fleet.admin<{ error: { code: string; message: string } }>('DELETE', `/credentials/${id}`);
    expect([refused.status, refused.body.error.message]).toEqual([409, expect.stringContaining('"Names it"')]);
    const { body: uses } = await fleet.admin<CredentialUses>('GET', `/credentials/${id}/uses`);
    expect(uses.workflows.map(({ workflowName }) => workflowName)).toEqual(['Names it']);
    expect((await fleet.admin('DELETE', `/credentials/${id}?force=true`)).status).toBe(204);
    expect((await fleet.admin('GET', `/credentials/${id}`)).status).toBe(404);
  });
});

describe('a robot', () => {
  test('gets what the workflow of its job names, written down before', async () => {
    const { id } = await bench.create('erp', { allowedHosts: ['erp.example.com'] });
    const job = await bench.jobNaming(['${credentials.erp.password}']);
    const { status, body } = await bench.read(job, { credentials: ['erp'] });
    expect(status).toBe(200);
    expect(body.credentials).toEqual([
      {
        name: 'erp',
        fields: { username: 'erp-user', password: 'canary-erp' },
        masked: ['canary-erp'],
        hosts: ['erp.example.com'],
      },
    ]);
    expect(one(await bench.auditOf('credential.read', id)).details).toMatchObject({
      name: 'erp',
      version: 1,
      jobId: job.jobId,
      robotId: robot.id,
    });
    const { body: uses } = await fleet.admin<CredentialUses>('GET', `/credentials/${id}/uses`);
    expect(uses.reads).toMatchObject([{ jobId: job.jobId, robotId: robot.id, version: 1 }]);
    expect((await fleet.admin<Credential>('GET', `/credentials/${id}`)).body.lastReadAt).not.toBeNull();
  });

  test('with a stale lease, without the job or with a job of others gets nothing', async () => {
    await bench.create('stale');
    const job = await bench.jobNaming(['${credentials.stale.password}']);
    const wanted = { credentials: ['stale'] };
    expect((await bench.read({ ...job, fence: job.fence - 1 }, wanted)).body.error?.code).toBe('STALE_LEASE');
    expect((await bench.read({ jobId: randomUUID(), fence: job.fence }, wanted)).status).toBe(404);
    await robot.report(job, 'release', { reason: 'test' });
    expect((await bench.read(job, wanted)).body.error?.code).toBe('STALE_LEASE');
    const again = one(await robot.claim());
    expect((await bench.read(again, wanted)).status).toBe(200);
    expect((await bench.read(job, wanted)).body.error?.code).toBe('STALE_LEASE');
    expect((await fleet.admin('POST', `/jobs/${again.jobId}/vault`, { fence: again.fence, ...wanted })).status).toBe(
      403,
    );
  });

  test('gets no name that the workflow does not hold, and the attempt is written down', async () => {
    const { id } = await bench.create('secretly');
    const job = await bench.jobNaming(['plain']);
    const { status, body } = await bench.read(job, { credentials: ['secretly'] });
    expect([status, body.error?.code]).toEqual([403, 'CREDENTIAL_REFUSED']);
    expect((await bench.auditOf('credential.refuse')).map(({ details }) => details['jobId'])).toContain(job.jobId);
    expect(await bench.auditOf('credential.read', id)).toEqual([]);
    const missing = await bench.jobNaming(['${credentials.nowhere.x}${assets.nowhere2}']);
    const answer = await bench.read(missing, { credentials: ['nowhere'], assets: ['nowhere2'] });
    expect(answer.body.error).toMatchObject({
      code: 'CREDENTIAL_MISSING',
      message: expect.stringContaining('"nowhere2"'),
    });
  });

  test('gets names of workflows that its own calls, however deep, and of others not', async () => {
    await bench.create('deep');
    await bench.create('aside');
    await publish(fleet.admin, { id: 'deepest', outputs: [{ name: 'o', value: '${credentials.deep.password}' }] });
    await publish(fleet.admin, { id: 'beside', outputs: [{ name: 'o', value: '${credentials.aside.password}' }] });
    const calls = (id: string, called: string) =>
      fleet.admin<{ workflow: { id: string } }>('POST', '/workflows', {
        document: {
          schemaVersion: 1,
          id,
          name: id,
          nodes: [
            { id: 'start', type: 'test.start' },
            { id: 'call', type: 'workflow.call', params: { workflowId: called } },
          ],
          edges: [{ id: 'e', from: { node: 'start', port: 'out' }, to: { node: 'call', port: 'in' } }],
        },
      });
    await calls('middle', 'deepest');
    const { body } = await calls('top', 'middle');
    const job = await bench.claimOf(body.workflow.id, robot);
    expect((await bench.read(job, { credentials: ['deep'] })).status).toBe(200);
    expect((await bench.read(job, { credentials: ['aside'] })).status).toBe(403);
    const open = await calls('open', '${run.id}');
    const any = await bench.claimOf(open.body.workflow.id, robot);
    expect((await bench.read(any, { credentials: ['aside'] })).status).toBe(200);
  });

  test('gets a credential for other workflows or other robots not', async () => {
    const workflowId = await publish(fleet.admin, {
      id: 'allowed',
      outputs: [{ name: 'o', value: '${credentials.only.password}' }],
    });
    const { id } = await bench.create('only', { allowedWorkflows: [workflowId], allowedRobots: [second.id] });
    const here = await bench.claimOf(workflowId, robot);
    expect((await bench.read(here, { credentials: ['only'] })).body.error).toMatchObject({
      code: 'CREDENTIAL_REFUSED',
      message: expect.stringContaining('this robot'),
    });
    const there = await bench.claimOf(workflowId, second);
    expect((await bench.read(there, { credentials: ['only'] })).status).toBe(200);
    const elsewhere = await bench.jobNaming(['${credentials.only.password}'], second);
    expect((await bench.read(elsewhere, { credentials: ['only'] })).body.error?.message).toContain('this workflow');
    await fleet.admin('PUT', `/credentials/${id}`, { allowedWorkflows: [], allowedRobots: [] });
    expect((await bench.read(elsewhere, { credentials: ['only'] })).status).toBe(200);
    expect(one(await bench.auditOf('credential.update', id)).details).toMatchObject({
      before: { allowedRobots: [second.id] },
      after: { allowedRobots: [] },
    });
  });

  test('that had an earlier version is told to go on masking it', async () => {
    const { id } = await bench.create('turned');
    const job = await bench.jobNaming(['${credentials.turned.password}']);
    await bench.read(job, { credentials: ['turned'] });
    const rotated = await fleet.admin<Credential>('POST', `/credentials/${id}/rotate`, {
      fields: { username: 'new', password: 'canary-new' },
    });
    expect(rotated.body).toMatchObject({ version: 2 });
    const { body } = await bench.read(job, { credentials: ['turned'] });
    expect(body.credentials).toMatchObject([
      { fields: { password: 'canary-new' }, masked: ['canary-new', 'canary-turned'] },
    ]);
    const other = await bench.jobNaming(['${credentials.turned.password}']);
    expect((await bench.read(other, { credentials: ['turned'] })).body.credentials[0]?.masked).toEqual(['canary-new']);
  });

  test('gets nothing when what is stored was changed, or is that of another credential, version or tenant', async () => {
    const [a, b] = [await bench.create('tampered'), await bench.create('twin')];
    const job = await bench.jobNaming(['${credentials.tampered.password}']);
    const sealedOf = async (id: string) =>
      (
        await bench.owner.query<{ sealed: string }>('select sealed from credential_versions where credential_id = $1', [
          id,
        ])
      ).rows[0]?.sealed ?? '';
    const own = await sealedOf(a.id);
    const set = (sealed: string) =>
      bench.owner.query('update credential_versions set sealed = $2 where credential_id = $1', [a.id, sealed]);
    for (const sealed of [await sealedOf(b.id), `${own.slice(0, -4)}AAAA`, own.replace(/^1\.\w+\./, '1.gone.')]) {
      await set(sealed);
      const before = (await bench.auditOf('credential.read', a.id)).length;
      expect((await bench.read(job, { credentials: ['tampered'] })).body.error?.code).toBe('SECRET_UNREADABLE');
      // Written down before anything was opened: what cannot be opened was asked for all the same.
      expect(await bench.auditOf('credential.read', a.id)).toHaveLength(before + 1);
    }
    await set(own);
    expect((await bench.read(job, { credentials: ['tampered'] })).status).toBe(200);
  });
});

describe('an asset', () => {
  test('has a value for all robots and others for some; one may stand for a credential', async () => {
    await bench.create('east');
    await bench.create('west');
    const make = (body: unknown) => fleet.admin<Asset>('POST', '/assets', body);
    const limit = await make({
      name: 'limit',
      kind: 'number',
      value: 10,
      robotValues: [{ robotId: second.id, value: 20 }],
    });
    expect([limit.status, limit.body.value]).toEqual([201, 10]);
    await make({
      name: 'account',
      kind: 'credential',
      value: 'east',
      robotValues: [{ robotId: second.id, value: 'west' }],
    });
    const texts = ['${assets.limit}', '${assets.account.password}'];
    const [here, there] = [await bench.jobNaming(texts, robot), await bench.jobNaming(texts, second)];
    const wanted = { assets: ['limit', 'account'] };
    expect((await bench.read(here, wanted)).body).toMatchObject({
      assets: [
        { name: 'account', value: null, credential: 'east' },
        { name: 'limit', value: 10 },
      ],
      credentials: [{ name: 'east' }],
    });
    expect((await bench.read(there, wanted)).body).toMatchObject({
      assets: [
        { name: 'account', credential: 'west' },
        { name: 'limit', value: 20 },
      ],
      credentials: [{ name: 'west', fields: { password: 'canary-west' } }],
    });
    const { body: uses } = await fleet.admin<CredentialUses>(
      'GET',
      `/credentials/${(await credentialNamed('west')).id}/uses`,
    );
    expect(uses.workflows.length).toBe(2);
  });

  test('keeps to its kind, is changed and deleted with an entry in the audit log', async () => {
    const bad = await fleet.admin('POST', '/assets', { name: 'bad', kind: 'number', value: 'ten' });
    expect(bad.status).toBe(400);
    const { body } = await fleet.admin<Asset>('POST', '/assets', { name: 'greeting', kind: 'text', value: 'hello' });
    const changed = await fleet.admin<Asset>('PUT', `/assets/${body.id}`, { value: 'good day' });
    expect(changed.body.value).toBe('good day');
    expect((await fleet.admin('PUT', `/assets/${body.id}`, { value: 5 })).status).toBe(400);
    expect(one(await bench.auditOf('asset.update', body.id)).details).toMatchObject({
      before: { value: 'hello' },
      after: { value: 'good day' },
    });
    expect((await stranger('GET', `/assets/${body.id}`)).status).toBe(404);
    expect((await fleet.admin('DELETE', `/assets/${body.id}`)).status).toBe(204);
    expect(await bench.auditOf('asset.delete', body.id)).toHaveLength(1);
  });

  async function credentialNamed(name: string): Promise<Credential> {
    const { body } = await fleet.admin<{ items: Credential[] }>('GET', `/credentials?search=${name}`);
    return one(body.items);
  }
});

describe('an input that the workflow declares as secret', () => {
  test('is masked for people, sealed in the database and whole in the claim', async () => {
    const workflowId = await publish(fleet.admin, {
      id: 'secret-input',
      inputs: [
        { name: 'user', type: 'text' },
        { name: 'pin', type: 'text', secret: true },
        { name: 'list', type: 'list', secret: true },
      ],
    });
    const input = { user: 'ann', pin: 'canary-input', list: ['canary-list'] };
    const shown = { user: 'ann', pin: '••••', list: '••••' };
    const many = await fleet.admin<{ jobs: { id: string; input: unknown }[] }>('POST', '/jobs', {
      jobs: ['one', 'two', 'three'].map((user) => ({
        workflowId,
        robotId: robot.id,
        input: { ...input, user, pin: `canary-${user}` },
      })),
    });
    expect(many.body.jobs.map((job) => job.input)).toEqual(['one', 'two', 'three'].map((user) => ({ ...shown, user })));
    const claimed = await robot.claim({ n: 3 });
    expect(claimed.map((job) => [job.jobId, job.input['user'], job.input['pin']])).toEqual(
      many.body.jobs.map(({ id }, i) => [id, ...[['one', 'two', 'three'][i]], `canary-${['one', 'two', 'three'][i]}`]),
    );
    const single = await bench.claimOf(workflowId, robot, { input });
    expect(single.input).toEqual(input);
    for (const path of [`/jobs/${single.jobId}`, '/jobs', '/events?since=0'])
      expect(JSON.stringify((await fleet.admin('GET', path)).body)).not.toContain('canary-');
    expect(await bench.wholeDatabase()).not.toMatch(/canary-(input|list|one)/);
  });

  test('that cannot be read fails the job and goes to no robot', async () => {
    const workflowId = await publish(fleet.admin, {
      id: 'lost-input',
      inputs: [{ name: 'pin', type: 'text', secret: true }],
    });
    const [broken, fine] = await Promise.all(
      ['a-secret', 'b-secret'].map((pin) => submit(fleet.admin, workflowId, { robotId: robot.id, input: { pin } })),
    );
    await bench.owner.query(
      'update jobs set sealed_input = (select sealed_input from jobs where id = $2) where id = $1',
      [broken?.id, fine?.id],
    );
    const claimed = await robot.claim({ n: 5 });
    expect(claimed.map(({ jobId }) => jobId)).toEqual([fine?.id]);
    const { body } = await fleet.admin<{ state: string; error: { code: string } }>('GET', `/jobs/${broken?.id}`);
    expect([body.state, body.error.code]).toEqual(['failed', 'SECRET_UNREADABLE']);
  });
});
