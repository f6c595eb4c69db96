import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

const password = 'canary/pass"word+9';
const forms = [
  password,
  JSON.stringify(password).slice(1, -1),
  encodeURIComponent(password),
  Buffer.from(password).toString('hex'),
];

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

const holds = (text: string) => forms.some((form) => text.includes(form));

function filesWithSecret(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && holds(readFileSync(path, 'latin1'));
  });
}

/** Everything of the database, as text. */
async function databaseText(): Promise<string> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ text: string }>(`
      select row::text as text from job_steps union all select row::text from job_logs
      union all select to_jsonb(e)::text from events e union all select to_jsonb(a)::text from audit_log a
      union all select to_jsonb(j)::text from jobs j`);
    expect(rows.length).toBeGreaterThan(10);
    return rows.map(({ text }) => text).join('\n');
  } finally {
    await client.end();
  }
}

test('a secret is on no disk of a robot and in no row of a job, and another robot goes on with it exactly', async () => {
  const post = (path: string, body: string) => ({
    type: 'http.request',
    params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body },
  });
  const document = flow(
    {
      start: 'control.start',
      login: post('/login', 'user:${input.password}'),
      keep: { type: 'data.setVariable', params: { name: 'kept', value: { header: 'Bearer ${input.password}' } } },
      note: { type: 'data.log', params: { message: 'logged in with ${input.password}' } },
      order: post('/order', '${vars.kept.header}'),
      same: {
        type: 'control.assert',
        params: { condition: '${vars.kept.header == "Bearer " + input.password}', message: 'no' },
      },
    },
    ['start>login', 'login>keep', 'keep>note', 'note>order', 'order>same'],
    {
      inputs: [
        { name: 'ledger', type: 'text' },
        { name: 'password', type: 'text', secret: true },
      ],
      variables: [{ name: 'kept', type: 'any' }],
      outputs: [{ name: 'header', value: '${vars.kept.header}' }],
    },
  );
  const lost = await fleet.startRobot({ name: 'lost' });
  fleet.ledger.hold('/order');
  const job = await fleet.submit(document, { input: { password } });
  await waitFor(() => fleet.ledger.effects.some(({ path }) => path === '/order'), { timeoutMs: 60_000 });
  expect(readdirSync(join(lost.dataFolder, 'jobs', job.id))).toContain('journal.sqlite-wal');
  expect(filesWithSecret(lost.dataFolder)).toEqual([]);
  await lost.kill();
  expect(filesWithSecret(lost.dataFolder)).toEqual([]);
  fleet.ledger.release();
  await fleet.expireLease(job.id);

  const other = await fleet.startRobot({ name: 'other' });
  const ended = await fleet.ended(job.id, 90);
  expect(ended).toMatchObject({
    state: 'completed',
    robotName: 'other',
    attempt: 2,
    output: { header: 'Bearer ••••' },
  });
  expect(fleet.ledger.done('/order')).toEqual([`Bearer ${password}`]);
  expect(fleet.ledger.done('/login')).toHaveLength(1);
  expect(filesWithSecret(other.dataFolder)).toEqual([]);
  const steps = await fleet.steps(job.id);
  expect(steps.find((row) => row.path === 'keep' && row.kind === 'finished')?.vars).toEqual({
    kept: { header: 'Bearer ••••' },
  });
  expect(steps.filter((row) => row.sealed !== undefined)).toEqual([]);
  expect((await fleet.logs(job.id)).map(({ message }) => message)).toContain('logged in with ••••');
  expect(holds(JSON.stringify([steps, await fleet.logs(job.id), ended.output]))).toBe(false);
  expect(holds(await databaseText())).toBe(false);
  await other.stop(20_000);
});

test('a robot whose journal was damaged while it was away sets it aside and begins again with what the orchestrator has', async () => {
  const robot = await fleet.startRobot({ name: 'damaged' });
  fleet.ledger.hold('/two');
  const post = (path: string) => ({
    type: 'http.request',
    params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body: path, idempotencyKey: false },
  });
  const document = flow(
    { start: 'control.start', one: { ...post('/one') }, two: { ...post('/two'), onInDoubt: 'skip' } },
    ['start>one', 'one>two'],
    { inputs: [{ name: 'ledger', type: 'text' }] },
  );
  const job = await fleet.submit(document);
  await waitFor(() => fleet.ledger.effects.some(({ path }) => path === '/two'), { timeoutMs: 60_000 });
  await robot.kill();
  fleet.ledger.release();
  // The log of the database is lost: what stands in the file alone is an older journal.
  truncateSync(join(robot.dataFolder, 'jobs', job.id, 'journal.sqlite-wal'), 0);
  const again = await fleet.startRobot({ name: 'damaged', dataFolder: robot.dataFolder });
  expect(await fleet.ended(job.id, 90)).toMatchObject({ state: 'completed' });
  expect(fleet.ledger.effects.filter(({ path }) => path === '/one')).toHaveLength(1);
  expect(fleet.ledger.effects.filter(({ path }) => path === '/two')).toHaveLength(1);
  expect(readdirSync(join(robot.dataFolder, 'damaged'))).toEqual([job.id]);
  await again.stop(20_000);
});
