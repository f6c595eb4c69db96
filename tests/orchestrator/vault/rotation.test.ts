import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credential, RunVault } from '@casare/shared';
import { pino } from 'pino';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { openKeyRing } from '../../../orchestrator/vault/key-ring.ts';
import { rewrapAll } from '../../../orchestrator/vault/rewrap-all.ts';
import { createVault, type Vault } from '../../../orchestrator/vault/vault.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

const newFolder = prepareTempFolders('vault');
let fleet: Fleet;
let database: Database;
let owner: pg.Client;
beforeAll(async () => {
  fleet = await startFleet();
  database = openDatabase({ url: fleet.databaseUrl, maxConnections: 4, onError: () => {} });
  owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await fleet[Symbol.asyncDispose]();
});

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const log = pino({ level: 'silent' });

async function vaultWith(keys: string): Promise<Vault> {
  return createVault(await openKeyRing(database, { keys }));
}

async function keysInUse(): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ id: string; n: number }>(
    `select kek_id as id, count(*)::int as n from credential_versions group by 1
     union all select split_part(sealed_input, '.', 2), count(*)::int from jobs where sealed_input is not null group by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { id, n } of rows) counts[id] = (counts[id] ?? 0) + n;
  return counts;
}

test('a change of keys, killed in the middle and done by two at once under load, loses nothing and keeps every secret readable', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `c${i}`);
  const made = new Map<string, Credential>();
  for (const name of names) {
    const { body } = await fleet.admin<Credential>('POST', '/credentials', {
      name,
      kind: 'token',
      fields: { token: `value of ${name}` },
    });
    made.set(name, body);
  }
  // So many versions that the change takes several transactions.
  await owner.query(
    `
    insert into credential_versions (tenant_id, credential_id, version, field_names, sealed, created_by)
    select tenant_id, credential_id, n, field_names, sealed, created_by from credential_versions, generate_series(2, 120) n
    where credential_id = $1`,
    [made.get('c0')?.id],
  );
  const inputFlow = await publish(fleet.admin, { id: 'inputs', inputs: [{ name: 'pin', type: 'text', secret: true }] });
  for (let i = 0; i < 30; i++) await submit(fleet.admin, inputFlow, { input: { pin: `pin ${i}` }, reference: `${i}` });
  const total = names.length + 119 + 30;
  expect(await keysInUse()).toEqual({ own: total });

  // A process of its own begins the change and is killed after some of it.
  const keys = newKey('second');
  const script = `
    import { openDatabase } from '${new URL('../../../orchestrator/db/database.ts', import.meta.url).href}';
    import { openKeyRing } from '${new URL('../../../orchestrator/vault/key-ring.ts', import.meta.url).href}';
    import { rewrapAll } from '${new URL('../../../orchestrator/vault/rewrap-all.ts', import.meta.url).href}';
    import { createVault } from '${new URL('../../../orchestrator/vault/vault.ts', import.meta.url).href}';
    const database = openDatabase({ url: process.env.URL, maxConnections: 2, onError: () => {} });
    const vault = createVault(await openKeyRing(database, { keys: process.env.KEYS }));
    let done = 0;
    const dying = { ...vault, rewrap(...args) { if (++done > 130) process.kill(process.pid, 'SIGKILL'); return vault.rewrap(...args); } };
    await rewrapAll({ database, vault: dying, log: { info() {}, error() {} } }, new AbortController().signal);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    env: { ...process.env, URL: fleet.databaseUrl, KEYS: keys },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  await waitFor(
    async () =>
      (await owner.query("select 1 from pg_stat_activity where state = 'idle in transaction'")).rows.length === 0,
  );
  // Whole batches were kept, the one it died in was not.
  expect(await keysInUse()).toEqual({ second: 100, own: total - 100 });

  // An instance with the new key and one that still has the old one only cannot run side by side; both have both here.
  const robot = await register(fleet.robot, { maxConcurrentJobs: 64 });
  const vault = await vaultWith(keys);
  let changing = true;
  const opened: string[] = [];
  const load = (async () => {
    while (changing || opened.length < 50) {
      const { rows } = await owner.query<{ credential_id: string; version: number; sealed: string; tenant_id: string }>(
        'select tenant_id, credential_id, version, sealed from credential_versions where version = 1 order by random() limit 20',
      );
      for (const row of rows)
        opened.push(vault.openText(row.tenant_id, 'credential', `${row.credential_id}/1`, row.sealed));
      const rotated = one(names.slice(-1));
      await fleet.admin(
        'POST',
        `/credentials/${made.get(rotated)?.id}/rotate`,
        { fields: { token: 'newer' } },
        { 'idempotency-key': randomUUID() },
      );
    }
  })();
  const never = new AbortController().signal;
  await Promise.all([rewrapAll({ database, vault, log }, never), rewrapAll({ database, vault, log }, never)]);
  changing = false;
  await load;
  // What was written meanwhile by the instance without the new key.
  await rewrapAll({ database, vault, log }, never);
  expect(Object.keys(await keysInUse())).toEqual(['second']);
  expect(opened.filter((text) => !text.startsWith('{"token":"value of '))).toEqual([]);
  expect(await rewrapAll({ database, vault, log }, never)).toBe(0);

  // An instance that starts with the new key gives out what was sealed under the old one.
  await using next = await startFleet({}, fleet, { vaultKeys: keys });
  const workflowId = await publish(next.admin, {
    id: 'reads',
    outputs: [{ name: 'o', value: '${credentials.c1.token}' }],
  });
  await submit(next.admin, workflowId, { robotId: robot.id, priority: 20 });
  const there = (body: unknown, path: string) =>
    fetch(`${next.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'x-api-key': next.keys.robotKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const claim = (await (
    await there({ claimKey: randomUUID(), instanceId: robot.instanceId, n: 1 }, '/jobs/claim')
  ).json()) as { jobs: { jobId: string; fence: number }[] };
  const job = one(claim.jobs);
  const given = (await (
    await there({ fence: job.fence, credentials: ['c1'] }, `/jobs/${job.jobId}/vault`)
  ).json()) as RunVault;
  expect(given.credentials).toMatchObject([{ name: 'c1', fields: { token: 'value of c1' } }]);
  const pending = (await (
    await there({ claimKey: randomUUID(), instanceId: robot.instanceId, n: 50 }, '/jobs/claim')
  ).json()) as { jobs: { input: { pin: string } }[] };
  expect(pending.jobs.map(({ input }) => input.pin).toSorted()).toEqual(
    Array.from({ length: 30 }, (_, i) => `pin ${i}`).toSorted(),
  );
  const { body: counted } = await next.admin<{ current: string; keys: unknown[] }>('GET', '/vault/keys');
  expect(counted).toMatchObject({
    current: 'second',
    keys: expect.arrayContaining([{ id: 'own', known: true, secrets: 0 }]),
  });
});

test('keys stand in a file that only its owner can read, or a start says what is wrong', async () => {
  const folder = await newFolder();
  const file = join(folder, 'keys');
  await writeFile(file, `${newKey('a')}\n${newKey('b')}\n`, { mode: 0o600 });
  expect((await openKeyRing(database, { file })).current).toBe('a');
  await chmod(file, 0o640);
  await expect(openKeyRing(database, { file })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('chmod 600'),
  });
  await expect(openKeyRing(database, { file: join(folder, 'none') })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a server with a database of its own keeps its key beside it; one that is given keys later opens with both', async () => {
  const ownFolder = join(await newFolder(), 'data');
  const [first, second] = await Promise.all([
    openKeyRing(database, { ownFolder }),
    openKeyRing(database, { ownFolder }),
  ]);
  expect(first.keys.get('own')).toEqual(second.keys.get('own'));
  const sealed = createVault(first).sealText('t', 'p', 'i', 'canary');
  const later = createVault(await openKeyRing(database, { ownFolder, keys: newKey('given') }));
  expect([later.currentKey, later.openText('t', 'p', 'i', sealed)]).toEqual(['given', 'canary']);
  await writeFile(join(ownFolder, 'vault.key'), 'broken');
  await expect(openKeyRing(database, { ownFolder })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
