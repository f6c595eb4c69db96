import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { expireCommands } from '../../../orchestrator/maintenance/robot-chores.ts';
import pg from 'pg';
import { addTenant, caller, type Fleet, register, startFleet } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

interface Shown {
  id: string;
  state: string;
  reason: string | null;
}
const commandsOf = async (robotId: string) =>
  (await fleet.admin<{ items: Shown[] }>('GET', `/robots/commands?robotId=${robotId}`)).body.items;

test('a command comes again until the robot says what came of it; the first word counts', async () => {
  const robot = await register(fleet.robot);
  const send = async (command: string) =>
    (await fleet.admin<Shown>('POST', `/robots/${robot.id}/commands`, { command })).body.id;
  const [first, second] = [await send('pause'), await send('resume')];
  const beat = async () => ((await robot.beat()).body['commands'] as { id: string }[]).map(({ id }) => id);
  expect(await beat()).toEqual([first, second]);
  expect(await beat()).toEqual([first, second]);
  const tell = (state: string) =>
    fleet.robot('POST', `/robots/commands/${second}/result`, { instanceId: robot.instanceId, state, reason: 'so' });
  expect((await tell('done')).status).toBe(204);
  expect((await tell('failed')).status).toBe(204);
  expect(await beat()).toEqual([first]);
  expect(await commandsOf(robot.id)).toMatchObject([
    { id: second, state: 'done', reason: 'so' },
    { id: first, state: 'delivered', reason: null },
  ]);
});

test('nobody but the robot itself tells what came of its commands', async () => {
  const [robot, other] = [await register(fleet.robot), await register(fleet.robot)];
  const { body } = await fleet.admin<Shown>('POST', `/robots/${robot.id}/commands`, { command: 'pause' });
  const told = await fleet.robot('POST', `/robots/commands/${body.id}/result`, {
    instanceId: other.instanceId,
    state: 'done',
  });
  expect(told.status).toBe(404);
  const keys = await addTenant(fleet);
  const stranger = caller(fleet.url, keys.adminKey);
  expect((await stranger('POST', `/robots/${robot.id}/commands`, { command: 'stop' })).status).toBe(404);
  expect((await stranger('POST', '/robots/commands', { command: 'stop', robotIds: [robot.id] })).status).toBe(404);
  expect((await stranger<{ items: Shown[] }>('GET', `/robots/commands?robotId=${robot.id}`)).body.items).toEqual([]);
  for (const part of ['doctor', 'logs', 'metrics'])
    expect([part, (await stranger('GET', `/robots/${robot.id}/${part}`)).status]).toEqual([part, 404]);
});

test('one that nobody comes for expires, and is not carried out afterwards', async () => {
  const robot = await register(fleet.robot);
  await fleet.admin('POST', `/robots/${robot.id}/commands`, { command: 'drain' });
  const owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
  await owner.query('update robot_commands set expires_at = now() where robot_id = $1', [robot.id]);
  await owner.end();
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  try {
    await expireCommands({ database, signals: { send: () => undefined } } as never);
  } finally {
    await database.close();
  }
  expect((await robot.beat()).body['commands']).toEqual([]);
  expect(await commandsOf(robot.id)).toMatchObject([{ state: 'expired', reason: expect.stringContaining('in time') }]);
});

test('by a filter to all that fit; named ones all or none; the same request twice sends once', async () => {
  const tag = 'warehouse';
  const fitting = [await register(fleet.robot, { tags: [tag] }), await register(fleet.robot, { tags: [tag, 'x'] })];
  const send = (body: object, key?: string) =>
    fleet.admin<{ commands: (Shown & { robotId: string })[] }>(
      'POST',
      '/robots/commands',
      body,
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const { body } = await send({ command: 'pause', filter: { tag } }, 'once');
  expect(body.commands.map(({ robotId }) => robotId).toSorted()).toEqual(fitting.map(({ id }) => id).toSorted());
  expect((await send({ command: 'pause', filter: { tag } }, 'once')).body).toEqual(body);
  const missing = '01a1fc40-bc1d-744b-8c13-8b6d01ab3c11';
  expect((await send({ command: 'stop', robotIds: [fitting[0]?.id, missing] })).status).toBe(404);
  expect((await commandsOf(fitting[0]?.id ?? '')).map(({ state }) => state)).toEqual(['queued']);
  expect((await send({ command: 'pause', filter: { states: ['offline'], tag } })).body.commands).toEqual([]);
});

test('what a robot finds and logs can be read and searched; figures are kept', async () => {
  const robot = await register(fleet.robot);
  const finding = { check: 'disk.free', level: 'warn', message: 'little room', cure: 'make room' };
  const { instanceId } = robot;
  expect((await fleet.admin('GET', `/robots/${robot.id}/doctor`)).body).toEqual({ at: null, findings: [] });
  expect((await fleet.robot('POST', '/robots/doctor', { instanceId, findings: [finding] })).status).toBe(204);
  expect((await fleet.admin('GET', `/robots/${robot.id}/doctor`)).body).toMatchObject({
    at: expect.any(String),
    findings: [finding],
  });
  const line = (level: string, message: string, facts?: string) => ({
    at: '2026-11-01T10:00:00.000Z',
    level,
    message,
    ...(facts && { facts }),
  });
  const lines = [line('info', 'started'), line('warn', 'slow', '{"host":"erp"}'), line('error', 'broken 100%')];
  for (let i = 0; i < 2; i++)
    expect((await fleet.robot('POST', '/robots/logs', { instanceId, first: 1, lines })).status).toBe(204);
  const read = async (query: string) =>
    (await fleet.admin<{ items: { message: string }[] }>('GET', `/robots/${robot.id}/logs${query}`)).body.items.map(
      ({ message }) => message,
    );
  expect(await read('')).toEqual(['broken 100%', 'slow', 'started']);
  expect(await read('?level=warn')).toEqual(['broken 100%', 'slow']);
  expect(await read('?search=ERP')).toEqual(['slow']);
  expect(await read('?search=100%25')).toEqual(['broken 100%']);
  expect(await read('?since=2026-11-01T10:00:01.000Z')).toEqual([]);
  await robot.beat();
  expect((await fleet.admin<{ samples: object[] }>('GET', `/robots/${robot.id}/metrics`)).body.samples).toMatchObject([
    { cpuPercent: 5, runningJobs: 0 },
  ]);
});

test('why a robot takes nothing, and capabilities that changed, come with the heartbeat', async () => {
  const robot = await register(fleet.robot, { capabilities: ['browser'] });
  const beat = (more: object) =>
    fleet.robot('POST', '/robots/heartbeat', {
      instanceId: robot.instanceId,
      state: 'idle',
      cpuPercent: 1,
      memoryPercent: 1,
      diskFreeMb: 10,
      jobs: [],
      ...more,
    });
  await beat({ blocked: 'disk_low' });
  expect((await fleet.admin('GET', `/robots/${robot.id}`)).body).toMatchObject({
    blocked: 'disk_low',
    capabilities: ['browser'],
  });
  await beat({ capabilities: ['browser', 'desktop'] });
  expect((await fleet.admin('GET', `/robots/${robot.id}`)).body).toMatchObject({
    blocked: null,
    capabilities: ['browser', 'desktop'],
  });
});
