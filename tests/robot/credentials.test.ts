import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, Workflow } from '@casare/shared';
import { credentialSchema } from '@casare/shared';
import pg from 'pg';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createPatternSearch } from '../../engine/pattern-search.ts';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

const vaults = Array.from({ length: 20 }, (_, i) => `vault${i}`);
const canaries = vaults.map(() =>
  Array.from({ length: 50 }, (_, i) => `cnry/${i}"+${randomBytes(6).toString('hex')} é`),
);
const all = canaries.flat();
/** How a canary may be written; base64 in each of its three positions. */
const forms = all.flatMap((text) => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
  Buffer.from(text).toString('hex'),
  ...[0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + Buffer.byteLength(text)) * 8) / 6));
  }),
]);
const search = createPatternSearch(forms);

function hits(text: string): number {
  let found = 0;
  search.scan(text, () => found++);
  return found;
}

function create(name: string, fields: Record<string, string>, more: object = {}): Promise<Credential> {
  return fleet.client.call('POST', '/credentials', credentialSchema, { name, kind: 'fields', fields, ...more });
}

function hitsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && hits(readFileSync(path).toString('latin1')) > 0;
  });
}

/** Each row of each table as text. */
async function hitsInDatabase(): Promise<{ tables: number; hits: string[] }> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
      if (rows.some(({ row }) => hits(row) > 0)) found.push(name);
    }
    return { tables: tables.length, hits: found };
  } finally {
    await client.end();
  }
}

/** Writes every canary wherever a workflow can write something, then ends well or with all of them in its error. */
function spill(end: 'well' | 'badly'): Workflow {
  const list = `\${[${vaults.map((name) => `credentials.${name}`).join(', ')}]}`;
  const encode = (form: string) => ({ type: 'text.encode', params: { text: '${JSON.stringify(vars.all)}', form } });
  return flow(
    {
      start: 'control.start',
      keep: { type: 'data.setVariable', params: { name: 'all', value: list } },
      json: { type: 'data.log', params: { message: '${JSON.stringify(vars.all)}' } },
      each: { type: 'control.forEach', params: { items: '${vars.all}', collect: true } },
      note: { type: 'data.log', params: { message: 'values: ${values(item).join(", ")}' } },
      hex: encode('hex'),
      base64: encode('base64'),
      url: encode('url'),
      forms: {
        type: 'data.log',
        params: { message: '${steps.hex.output.text} ${steps.base64.output.text} ${steps.url.output.text}' },
      },
      send: {
        type: 'http.request',
        params: {
          method: 'POST',
          url: '${input.ledger}/spill?with=${encodeURIComponent(credentials.vault0.f0)}',
          bodyKind: 'json',
          body: '${vars.all}',
        },
      },
      last:
        end === 'well'
          ? { type: 'data.log', params: { message: 'done' } }
          : { type: 'control.throw', params: { message: 'Failed with ${JSON.stringify(first(vars.all, 6))}' } },
    },
    [
      'start>keep',
      'keep>json',
      'json>each',
      'each.body>note',
      'each>hex',
      'hex>base64',
      'base64>url',
      'url>forms',
      'forms>send',
      'send>last',
    ],
    {
      inputs: [{ name: 'ledger', type: 'text' }],
      variables: [{ name: 'all', type: 'any' }],
      outputs: [{ name: 'all', value: '${vars.all}' }],
    },
  );
}

test('a thousand canaries go to where the workflow sends them and are on no disk, in no row, no log and no message', async () => {
  for (const [i, name] of vaults.entries())
    await create(name, Object.fromEntries((canaries[i] ?? []).map((value, n) => [`f${n}`, value])));
  const messages: string[] = [];
  const socket = io(`${fleet.url}/fleet`, { transports: ['websocket'], auth: { key: fleet.adminKey }, forceNew: true });
  socket.onAny((...parts: unknown[]) => messages.push(JSON.stringify(parts)));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  await socket.emitWithAck('subscribe', {});
  const robot = await fleet.startRobot({ name: 'canaries' });

  for (const end of ['well', 'badly'] as const) {
    const job = await fleet.submit(spill(end), { maxRetries: 0 });
    await socket.emitWithAck('watchJob', job.id);
    const ended = await fleet.ended(job.id, 90);
    expect(ended.state).toBe(end === 'well' ? 'completed' : 'failed');
    const rows = [
      JSON.stringify(ended),
      JSON.stringify(await fleet.steps(job.id)),
      JSON.stringify(await fleet.logs(job.id)),
    ];
    expect(rows.map(hits)).toEqual([0, 0, 0]);
    expect(rows.map((text) => text.includes('••••'))).toEqual([true, true, true]);
    await waitFor(() => messages.some((text) => text.includes(`job.${end === 'well' ? 'completed' : 'failed'}`)));
  }
  // They did arrive where they were meant to.
  expect(fleet.ledger.effects).toHaveLength(2);
  expect(fleet.ledger.effects.map(({ body }) => hits(JSON.stringify(body)))).toEqual(
    [all.length, all.length].map((n) => expect.closeTo(n, -3)),
  );
  expect(decodeURIComponent(fleet.ledger.effects[0]?.path ?? '')).toContain(all[0]);

  await robot.stop(20_000);
  socket.disconnect();
  expect(messages.length).toBeGreaterThan(5);
  expect(messages.map(hits).filter((found) => found > 0)).toEqual([]);
  expect(hitsIn(robot.dataFolder)).toEqual([]);
  expect(robot.lines.length).toBeGreaterThan(0);
  expect(hits(robot.lines.join('\n'))).toBe(0);
  const database = await hitsInDatabase();
  expect(database.tables).toBeGreaterThan(15);
  expect(database.hits).toEqual([]);
});

test('a robot that is killed leaves no credential behind, and the next one goes on with it exactly', async () => {
  const secret = all[7] as string;
  await create('kept', { password: secret });
  const document = flow(
    {
      start: 'control.start',
      keep: { type: 'data.setVariable', params: { name: 'header', value: 'Bearer ${credentials.kept.password}' } },
      order: {
        type: 'http.request',
        params: { method: 'POST', url: '${input.ledger}/order', bodyKind: 'json', body: '${vars.header}' },
      },
    },
    ['start>keep', 'keep>order'],
    { inputs: [{ name: 'ledger', type: 'text' }], variables: [{ name: 'header', type: 'text' }] },
  );
  const lost = await fleet.startRobot({ name: 'lost' });
  fleet.ledger.hold('/order');
  const job = await fleet.submit(document);
  await waitFor(() => fleet.ledger.effects.some(({ path }) => path === '/order'), { timeoutMs: 60_000 });
  expect(readdirSync(join(lost.dataFolder, 'jobs', job.id))).toContain('journal.sqlite-wal');
  expect(hitsIn(lost.dataFolder)).toEqual([]);
  await lost.kill();
  expect(hitsIn(lost.dataFolder)).toEqual([]);
  fleet.ledger.release();
  await fleet.expireLease(job.id);
  const next = await fleet.startRobot({ name: 'next' });
  expect(await fleet.ended(job.id, 90)).toMatchObject({ state: 'completed', robotName: 'next' });
  expect(fleet.ledger.done('/order')).toEqual([`Bearer ${secret}`]);
  expect((await hitsInDatabase()).hits).toEqual([]);
  await next.stop(20_000);
});

test('a credential goes to its hosts only, however its value was made into what is sent', async () => {
  const secret = all[9] as string;
  await create('bound', { token: secret }, { allowedHosts: ['api.example.com', '*.intra.example.com'] });
  await create('here', { token: `here ${secret}` }, { allowedHosts: ['127.0.0.1'] });
  const robot = await fleet.startRobot({ name: 'bound' });
  const send = (params: Record<string, unknown>) => ({
    type: 'http.request',
    params: { method: 'POST', url: '${input.ledger}/bound', bodyKind: 'json', body: 'x', ...params },
  });
  const steps = {
    address: send({ url: '${input.ledger}/bound?t=${encodeURIComponent(credentials.bound.token)}' }),
    header: send({ auth: 'bearer', token: '${vars.copy}' }),
    basic: send({ auth: 'basic', username: 'ann', password: '${vars.copy}' }),
    body: send({ body: { deep: ['${vars.copy}'] } }),
    encoded: send({ body: '${steps.hex.output.text}' }),
  };
  const names = Object.keys(steps);
  const document = flow(
    {
      start: 'control.start',
      copy: { type: 'data.setVariable', params: { name: 'copy', value: '${credentials.bound.token}' } },
      hex: { type: 'text.encode', params: { text: '${vars.copy}', form: 'hex' } },
      ...Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, { ...step, onError: 'continue' as const }])),
      allowed: send({
        url: '${input.ledger}/allowed',
        body: '${credentials.here.token.length}',
        auth: 'bearer',
        token: 'plain',
      }),
    },
    ['start>copy', 'copy>hex', ...[...names, 'allowed'].map((name, i) => `${['hex', ...names][i]}>${name}`)],
    {
      inputs: [{ name: 'ledger', type: 'text' }],
      variables: [{ name: 'copy', type: 'text' }],
      outputs: names.map((name) => ({ name, value: `\${steps.${name}.error.code}` })),
    },
  );
  const job = await fleet.submit(document);
  const ended = await fleet.ended(job.id, 90);
  expect(ended).toMatchObject({
    state: 'completed',
    output: Object.fromEntries(names.map((name) => [name, 'CREDENTIAL_REFUSED'])),
  });
  expect(fleet.ledger.effects.filter(({ path }) => path.startsWith('/bound'))).toEqual([]);
  expect(fleet.ledger.done('/allowed')).toHaveLength(1);
  await robot.stop(20_000);
});
