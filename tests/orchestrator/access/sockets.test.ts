import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FleetEvent } from '@casare/shared';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addTenant, type Call, caller, type Fleet, publish, startFleet, submit } from '../fleet.ts';
import { addPerson, bearer, type TestPerson } from './people.ts';

let fleet: Fleet;
let second: Fleet;
let ann: TestPerson;
const sockets: Socket[] = [];
const page = 'https://panel.example';

beforeAll(async () => {
  fleet = await startFleet({}, undefined, { allowedOrigins: [page] });
  second = await startFleet({}, fleet);
  ann = await addPerson(fleet.url, fleet.admin, 'viewer', 'ann');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(async () => {
  await second.orchestrator.stop();
  await fleet[Symbol.asyncDispose]();
});

/** As a page of the address would, or as a program without one. */
function connect(auth: Record<string, unknown>, origin?: string, namespace = '/fleet', url = fleet.url) {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
    ...(origin === undefined ? {} : { extraHeaders: { origin } }),
  });
  sockets.push(socket);
  const answer = new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(error.message.split(':')[0] ?? ''));
  });
  return { socket, answer };
}

const ticketOf = async (call: Call) => {
  const { status, body } = await call<{ ticket: string }>('POST', '/socket-tickets');
  if (status !== 201) throw new Error(`a ticket was refused: ${status}`);
  return body.ticket;
};

test('a ticket opens one socket, at any instance, and no second one', async () => {
  const ticket = await ticketOf(ann.call);
  expect(await connect({ ticket }, page, '/fleet', second.url).answer).toBe('websocket error');
  const own = new URL(second.url).origin;
  expect(await connect({ ticket }, own, '/fleet', second.url).answer).toBe('connected');
  expect(await connect({ ticket }, own, '/fleet', second.url).answer).toBe('UNAUTHENTICATED');
  const race = await ticketOf(ann.call);
  const answers = await Promise.all(Array.from({ length: 5 }, () => connect({ ticket: race }, page).answer));
  expect(answers.filter((answer) => answer === 'connected')).toHaveLength(1);
});

test('nothing else of a page opens one: no key, no token, no old or made-up ticket, no other page', async () => {
  const late = await ticketOf(ann.call);
  await runOn(fleet.databaseUrl, 'update socket_tickets set expires_at = now()');
  const refused: Record<string, [Record<string, unknown>, string?, string?]> = {
    nothing: [{}, page],
    'an admin key in a page': [{ key: fleet.keys.adminKey }, page],
    'an access token in a page': [{ key: ann.tokens.accessToken }, page],
    'a late ticket': [{ ticket: late }, page],
    'a made-up ticket': [{ ticket: `ost_${'A'.repeat(43)}` }, page],
    'a ticket that is no text': [{ ticket: { $ne: '' } }, page],
    'a robot key': [{ key: fleet.keys.robotKey }],
    'a ticket at the door of robots': [{ ticket: await ticketOf(ann.call) }, page, '/robots'],
    'another page': [{ ticket: await ticketOf(ann.call) }, 'https://evil.example'],
    'no page at all': [{ ticket: await ticketOf(ann.call) }, 'null'],
    'the namespace without a name': [{ ticket: await ticketOf(ann.call) }, page, '/'],
  };
  const answers = await Promise.all(
    Object.entries(refused).map(async ([name, [auth, origin, namespace]]) => [
      name,
      await connect(auth, origin, namespace).answer,
    ]),
  );
  expect(answers.filter(([, answer]) => answer === 'connected')).toEqual([]);
  expect(await connect({ key: fleet.keys.adminKey }).answer).toBe('connected');
});

test('who loses the right to look is cut off within a second, at every instance', async () => {
  const bea = await addPerson(fleet.url, fleet.admin, 'viewer', 'bea');
  const { body: made } = await fleet.admin<{ key: string; apiKey: { id: string } }>('POST', '/keys', {
    name: 'screen',
    kind: 'service',
    scopes: ['events:read'],
  });
  const origin = new URL(second.url).origin;
  const open = [
    connect({ ticket: await ticketOf(bea.call) }, origin, '/fleet', second.url),
    connect({ ticket: await ticketOf(caller(fleet.url, made.key)) }, origin, '/fleet', second.url),
  ];
  expect(await Promise.all(open.map(({ answer }) => answer))).toEqual(['connected', 'connected']);
  // A ticket does not outlive whom it was for.
  const unused = await ticketOf(bea.call);
  const farewells = open.map(({ socket }) => new Promise((resolve) => socket.once('bye', resolve)));
  await fleet.admin('DELETE', `/people/${bea.id}`);
  await fleet.admin('DELETE', `/keys/${made.apiKey.id}`);
  const started = performance.now();
  await Promise.all(farewells);
  await waitFor(() => open.every(({ socket }) => !socket.connected), { until: 'both are cut off' });
  expect(performance.now() - started).toBeLessThan(1500);
  expect(await connect({ ticket: unused }, page).answer).toBe('UNAUTHENTICATED');
});

test('the workspace of a socket is that of its ticket; a client chooses none', async () => {
  const other = await addTenant(fleet);
  const stranger = caller(fleet.url, other.adminKey);
  const { workspaceId } = (await fleet.admin<{ workspaceId: string }>('GET', '/me')).body;
  const { socket, answer } = connect(
    { ticket: await ticketOf(stranger), workspaceId, room: `live:${workspaceId}` },
    page,
  );
  const seen: FleetEvent[] = [];
  socket.on('event', (event: FleetEvent) => seen.push(event));
  expect(await answer).toBe('connected');
  await socket.emitWithAck('subscribe', {});
  socket.emit('join', `live:${workspaceId}`);
  await submit(fleet.admin, await publish(fleet.admin));
  const mine = await submit(stranger, await publish(stranger));
  await waitFor(() => seen.some(({ data }) => data['id'] === mine.id), { until: 'its own job is seen' });
  expect(seen.filter(({ workspace_id }) => workspace_id === workspaceId)).toEqual([]);
  // A message that is not of the form ends the socket.
  socket.emit('subscribe', { since: 0, workspaceId }, () => {});
  await waitFor(() => !socket.connected, { until: 'the message is refused' });
});

test('who sends too much, or too large, is cut off', async () => {
  const flood = connect({ ticket: await ticketOf(ann.call) }, page);
  expect(await flood.answer).toBe('connected');
  for (let n = 0; n < 100; n++) flood.socket.emit('unwatchJob', 'x');
  await waitFor(() => !flood.socket.connected, { until: 'the flood is cut off' });
  const large = connect({ ticket: await ticketOf(ann.call) }, page);
  expect(await large.answer).toBe('connected');
  large.socket.emit('unwatchJob', 'x'.repeat(70_000));
  await waitFor(() => !large.socket.connected, { until: 'the large message is cut off' });
});

test('a super admin who looks into another workspace sees that one', async () => {
  const boss = await addPerson(fleet.url, fleet.admin, 'viewer', 'boss');
  await runOn(fleet.databaseUrl, `update people set super = true where id = '${boss.id}'`);
  const other = await addTenant(fleet);
  const stranger = caller(fleet.url, other.adminKey);
  const { workspaceId } = (await stranger<{ workspaceId: string }>('GET', '/me')).body;
  const there = bearer(fleet.url, boss.tokens.accessToken, workspaceId);
  const ticket = await waitFor(() => ticketOf(there), { until: 'the right counts' });
  const { socket, answer } = connect({ ticket }, page);
  const seen: FleetEvent[] = [];
  socket.on('event', (event: FleetEvent) => seen.push(event));
  expect(await answer).toBe('connected');
  await socket.emitWithAck('subscribe', {});
  const job = await submit(stranger, await publish(stranger));
  await waitFor(() => seen.some(({ data }) => data['id'] === job.id), { until: 'the job there is seen' });
});
