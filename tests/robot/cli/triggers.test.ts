import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreatedTrigger, Delivery, Trigger } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../orchestrator/fleet.ts';
import { jobsOf, publishWithInputs, send, sign } from '../../orchestrator/triggers/trigger-bench.ts';
import { callCli } from './call-cli.ts';

let fleet: Fleet;
let folder: string;
let workflowId: string;
beforeAll(async () => {
  fleet = await startFleet();
  folder = await mkdtemp(join(tmpdir(), 'casare-cli-triggers-'));
  workflowId = await publishWithInputs(fleet.admin, 'orders');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fleet[Symbol.asyncDispose]();
});

const cli = (...args: string[]) =>
  callCli(args, { env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.adminKey } });
const file = async (content: unknown): Promise<string> => {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, JSON.stringify(content));
  return path;
};

test('a trigger is made from a file, tried out, looked at, switched, and its deliveries done again', async () => {
  const wanted = { kind: 'webhook', name: 'Orders', workflowId, settings: {}, filter: '${payload.body.amount > 1}' };
  const made = (await cli('triggers', 'create', await file(wanted), '--json')).json() as CreatedTrigger;
  const { id } = made.trigger;
  expect(made.secret).toMatch(/^whsec_/);
  expect((await cli('triggers', 'show', id)).stdout).toContain(`${fleet.url}${made.trigger.path}`);
  expect((await cli('triggers', 'list', '--kind', 'webhook')).stdout).toContain('Orders');

  const payload = await file({ body: { name: 'Ada', amount: 2 } });
  expect((await cli('triggers', 'test', id, payload, '--json')).json()).toMatchObject({
    outcome: 'accepted',
    input: { name: 'Ada' },
  });
  expect((await cli('triggers', 'test', id, await file({ body: { amount: 1 } }))).stdout).toContain(
    'the filter says no',
  );

  await send(fleet, made.trigger, sign(made.secret ?? '', { name: 'Ada', amount: 2 }));
  const { items } = (await cli('triggers', 'deliveries', id, '--json')).json() as { items: Delivery[] };
  expect(items.map(({ state }) => state)).toEqual(['accepted']);
  const deliveryId = items[0]?.id ?? '';
  expect((await cli('triggers', 'delivery', deliveryId)).stdout).toContain('"Ada"');
  expect((await cli('triggers', 'replay', deliveryId)).stdout).toMatch(/^job /);
  expect(await jobsOf(fleet.admin, workflowId)).toHaveLength(2);

  const rotated = (await cli('triggers', 'rotate-secret', id, '--overlap', '0', '--json')).json() as CreatedTrigger;
  expect((await send(fleet, made.trigger, sign(made.secret ?? '', {}))).status).toBe(401);
  expect((await send(fleet, made.trigger, sign(rotated.secret ?? '', { amount: 0 }))).status).toBe(200);
  expect(((await cli('triggers', 'disable', id, '--json')).json() as Trigger).enabled).toBe(false);
  expect((await cli('triggers', 'enable', id)).stdout).toContain('is on');
  expect((await cli('triggers', 'delete', id)).code).toBe(0);
  expect((await cli('triggers', 'show', id)).code).toBe(1);
});

test('what describes no trigger is refused with every fault', async () => {
  const { code, stderr } = await cli('triggers', 'create', await file({ kind: 'webhook', name: '' }));
  expect(code).toBe(2);
  expect(stderr).toContain('workflowId');
});
