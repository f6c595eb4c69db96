import { randomUUID } from 'node:crypto';
import type { FleetEvent, JobStream } from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

let first: Fleet;
let second: Fleet;
let workflowId: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  first = await startFleet();
  second = await startFleet({}, first);
  workflowId = await publish(first.admin);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(async () => {
  await second.orchestrator.stop();
  await first[Symbol.asyncDispose]();
});

function open(
  fleet: Fleet,
  namespace: string,
  auth: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Socket {
  const socket = io(`${fleet.url}${namespace}`, {
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
    ...more,
  });
  sockets.push(socket);
  return socket;
}

function connected(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(error.message));
  });
}

/** A dashboard that collects what it is shown. */
async function watch(fleet: Fleet, since?: number, key = fleet.keys.adminKey) {
  const events: FleetEvent[] = [];
  const socket = open(fleet, '/fleet', { key });
  socket.on('event', (event: FleetEvent) => events.push(event));
  expect(await connected(socket)).toBe('connected');
  const start = (await socket.emitWithAck('subscribe', since === undefined ? {} : { since })) as {
    seq: number;
    resync: boolean;
  };
  return {
    socket,
    events,
    start,
    typesOf: (id: string) => events.filter(({ data }) => data['id'] === id).map(({ type }) => type),
  };
}

test('a job is seen live at every instance, in order, with the job as it is', async () => {
  const views = [await watch(first), await watch(second)];
  const robot = await register(first.robot);
  const { id } = await submit(second.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  await robot.report(job, 'complete', { output: { n: 1 } });
  for (const { typesOf, events } of views) {
    await waitFor(() => typesOf(id).includes('job.completed'), { until: 'the end is seen' });
    expect(typesOf(id)).toEqual(['job.created', 'job.claimed', 'job.completed']);
    expect(events.findLast(({ data }) => data['id'] === id)?.data).toMatchObject({
      state: 'completed',
      output: { n: 1 },
    });
    const stored = events.filter(({ type }) => !['robot.heartbeat', 'job.progress', 'queue.metrics'].includes(type));
    const seqs = stored.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
});

test('after a cut a client gets exactly what it missed', async () => {
  const before = await watch(first);
  const { id } = await submit(first.admin, workflowId, { priority: 1 });
  await waitFor(() => before.typesOf(id).length > 0, { until: 'the job is seen' });
  const last = one(before.events.toReversed()).seq;
  before.socket.disconnect();
  await first.admin('POST', `/jobs/${id}/cancel`);
  const after = await watch(second, last);
  expect(after.start.resync).toBe(false);
  await waitFor(() => after.typesOf(id).length > 0, { until: 'the missed event is replayed' });
  expect(after.typesOf(id)).toEqual(['job.cancelled']);
  const { body } = await first.admin<{ events: FleetEvent[]; seq: number }>('GET', `/events?since=${last}`);
  expect(body.events.map(({ seq }) => seq)).toEqual(
    after.events.filter(({ type }) => type === 'job.cancelled').map(({ seq }) => seq),
  );
  const ahead = await watch(first, body.seq + 1000);
  expect(ahead.start.resync).toBe(true);
});

test('no event is missed or doubled while jobs are written at both instances and clients come and go', async () => {
  const view = await watch(first);
  const jobs = await Promise.all(
    Array.from({ length: 60 }, (_, i) => submit((i % 2 ? first : second).admin, workflowId, { reference: 'crowd' })),
  );
  // Another one starts in the middle and reads the past while new events come.
  const late = watch(second, view.start.seq);
  await Promise.all(jobs.map(({ id }) => first.admin('POST', `/jobs/${id}/cancel`)));
  for (const { typesOf } of [view, await late]) {
    await waitFor(() => jobs.every(({ id }) => typesOf(id).length >= 2), { until: 'every job is seen twice' });
    for (const { id } of jobs) expect(typesOf(id)).toEqual(['job.created', 'job.cancelled']);
  }
});

test('the journal and log of a watched job are streamed, also from the other instance', async () => {
  const robot = await register(first.robot);
  await submit(first.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  const { socket } = await watch(second);
  const seen: JobStream[] = [];
  socket.on('jobStream', (stream: JobStream) => seen.push(stream));
  expect(await socket.emitWithAck('watchJob', job.jobId)).toEqual({ ok: true });
  expect(await socket.emitWithAck('watchJob', randomUUID())).toEqual({ ok: false });
  for (let seq = 1; seq <= 5; seq++) {
    await robot.report(job, 'progress', {
      steps: [{ seq, kind: 'finished', path: `s${seq}`, nodeId: 'start', at: 1 }],
      logs: [{ seq, at: 1, level: 'info', message: `line ${seq}` }],
    });
  }
  await waitFor(() => seen.flatMap(({ steps }) => steps).length === 5, { until: 'all rows are shown' });
  expect(seen.flatMap(({ steps }) => steps as { seq: number }[]).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect(seen.flatMap(({ logs }) => logs as { message: string }[]).map(({ message }) => message)).toEqual(
    [1, 2, 3, 4, 5].map((n) => `line ${n}`),
  );
});

test('a robot hears of jobs, cancels and commands at its socket', async () => {
  const robot = await register(first.robot);
  const socket = open(second, '/robots', { key: first.keys.robotKey, instanceId: robot.instanceId });
  const heard: unknown[] = [];
  socket.onAny((name: string, value: unknown) => heard.push([name, value]));
  expect(await connected(socket)).toBe('connected');
  await submit(first.admin, workflowId, { robotId: robot.id });
  await waitFor(() => heard.some((message) => (message as string[])[0] === 'wake'), { until: 'it is woken' });
  const job = one(await robot.claim());
  await first.admin('POST', `/jobs/${job.jobId}/cancel`);
  await waitFor(() => heard.some((message) => (message as string[])[0] === 'cancel'), {
    until: 'it hears of the cancel',
  });
  expect(heard).toContainEqual(['cancel', job.jobId]);
  const { body } = await first.admin<{ id: string }>('POST', `/robots/${robot.id}/commands`, { command: 'drain' });
  await waitFor(() => heard.some((message) => (message as string[])[0] === 'command'), {
    until: 'it hears the command',
  });
  expect(heard).toContainEqual(['command', { id: body.id, command: 'drain', jobId: null }]);
  // It comes again until the robot has answered: the socket may have been cut in the middle.
  expect((await robot.beat()).body).toMatchObject({ commands: [{ id: body.id }] });
  const done = { instanceId: robot.instanceId, state: 'done' };
  expect((await first.robot('POST', `/robots/commands/${body.id}/result`, done)).status).toBeLessThan(300);
  expect((await robot.beat()).body).toMatchObject({ commands: [] });
});

test('a second process is refused while the first lives and takes its place when its socket has closed', async () => {
  const wanted = { name: 'the only one' };
  const robot = await register(first.robot, wanted);
  const socket = open(first, '/robots', { key: first.keys.robotKey, instanceId: robot.instanceId });
  await connected(socket);
  await expect(register(first.robot, wanted)).rejects.toThrow('ALREADY_RUNNING');
  socket.disconnect();
  const next = await waitFor(() => register(first.robot, wanted), { until: 'the place is free' });
  expect(next.id).toBe(robot.id);
  expect((await robot.beat()).body).toMatchObject({ error: { code: 'ALREADY_RUNNING' } });
});

test('sockets need the right key, an allowed origin and a known namespace', async () => {
  const messages = await Promise.all([
    connected(open(first, '/fleet', {})),
    connected(open(first, '/fleet', { key: first.keys.robotKey })),
    connected(open(first, '/robots', { key: first.keys.adminKey })),
    connected(open(first, '/', { key: first.keys.adminKey })),
    connected(
      open(first, '/fleet', { key: first.keys.adminKey }, { extraHeaders: { origin: 'https://evil.example' } }),
    ),
  ]);
  expect(messages).not.toContain('connected');
});

test('a key that is revoked loses its sockets and its calls within a second, at the other instance too', async () => {
  const { body } = await first.admin<{ key: string; apiKey: { id: string } }>('POST', '/keys', {
    name: 'short',
    kind: 'admin',
  });
  const call = caller(second.url, body.key);
  const { socket } = await watch(second, undefined, body.key);
  const byes: unknown[] = [];
  socket.on('bye', (notice) => byes.push(notice));
  expect((await call('GET', '/me')).status).toBe(200);
  const started = performance.now();
  await first.admin('DELETE', `/keys/${body.apiKey.id}`);
  await waitFor(() => socket.disconnected, { until: 'the socket is closed', timeoutMs: 3000 });
  await waitFor(async () => (await call('GET', '/me')).status === 401, {
    until: 'the key is refused',
    timeoutMs: 3000,
  });
  expect(performance.now() - started).toBeLessThan(1500);
  expect(byes).toHaveLength(1);
});

test('nobody sees the events, jobs or robots of another tenant', async () => {
  const other = await addTenant(first);
  const stranger = await watch(first, 0, other.adminKey);
  const { id } = await submit(first.admin, workflowId);
  const own = await watch(first, 0);
  expect(await stranger.socket.emitWithAck('watchJob', id)).toEqual({ ok: false });
  await waitFor(() => own.typesOf(id).length > 0, { until: 'the owner sees it' });
  const tenants = new Set(stranger.events.map(({ tenant_id }) => tenant_id));
  expect(tenants.size).toBeLessThanOrEqual(1);
  expect(JSON.stringify(stranger.events)).not.toContain(id);
});
