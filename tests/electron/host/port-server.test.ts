import { MessageChannel } from 'node:worker_threads';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHost } from '../../../electron/host/host.ts';
import { serveHost } from '../../../electron/host/port-server.ts';
import type { MessageFromHost, MessageToHost } from '../../../electron/host-messages.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';

const makeTempFolder = prepareTempFolders('port-server');

/** A host at one end of a real message channel; messages are copied as between processes. */
async function serve(
  create: Parameters<typeof serveHost>[1] = (places, secrets) =>
    createHost({ ...places, secrets: secrets.fleetKey, vaultSecret: secrets.vaultKey }),
) {
  const folder = await makeTempFolder();
  const { port1, port2 } = new MessageChannel();
  const ends: number[] = [];
  serveHost(
    {
      post: (message) => port2.postMessage(message),
      listen: (listener) => port2.on('message', (message: MessageToHost) => listener(message)),
    },
    create,
    (code) => ends.push(code),
  );
  const received: MessageFromHost[] = [];
  port1.on('message', (message: MessageFromHost) => received.push(message));
  const post = (message: MessageToHost) => port1.postMessage(message);
  const next = <Type extends MessageFromHost['type']>(type: Type) =>
    waitFor(() => {
      const at = received.findIndex((message) => message.type === type);
      return at >= 0 && (received.splice(at, 1)[0] as MessageFromHost & { type: Type });
    });
  const places = { workflowsFolder: join(folder, 'workflows'), dataFolder: join(folder, 'data'), version: '1.0.0' };
  return {
    post,
    next,
    ends,
    places,
    async stop() {
      post({ type: 'stop' });
      await waitFor(() => ends.length > 0);
      port1.close();
    },
  };
}

test('calls are answered by their id and events come unasked', async () => {
  const host = await serve();
  host.post({ type: 'start', places: host.places });
  await host.next('ready');
  host.post({ type: 'call', id: 7, name: 'app.info', request: {} });
  expect(await host.next('answer')).toMatchObject({ id: 7, answer: { ok: true, reply: { version: '1.0.0' } } });
  host.post({ type: 'call', id: 8, name: 'app.info', request: { odd: 1 } });
  expect(await host.next('answer')).toMatchObject({ id: 8, answer: { ok: false, error: { code: 'VALIDATION' } } });
  host.post({ type: 'call', id: 9, name: 'fleet.connect', request: null });
  // Whoever is signed in is signed out there first, so the secret is read before it is cleared; it lives on this side.
  const reading = await host.next('secret');
  expect(reading).toEqual({ type: 'secret', which: 'fleetKey', id: reading.id });
  host.post({ type: 'secret', id: reading.id, value: null });
  const question = await host.next('secret');
  expect(question).toEqual({ type: 'secret', which: 'fleetKey', id: question.id, value: null });
  host.post({ type: 'secret', id: question.id, value: null });
  expect(await host.next('event')).toEqual({ type: 'event', name: 'fleet.status', payload: { state: 'off' } });
  await host.stop();
  expect(host.ends).toEqual([0]);
});

test('a secret is asked of the other side, and its refusal is the answer of the call', async () => {
  const host = await serve();
  host.post({ type: 'start', places: host.places });
  await host.next('ready');
  host.post({ type: 'call', id: 1, name: 'fleet.connection', request: {} });
  const first = await host.next('secret');
  expect(first).not.toHaveProperty('value');
  host.post({ type: 'secretFailed', id: first.id, error: { code: 'CONFLICT', message: 'The keyring is locked.' } });
  expect(await host.next('answer')).toMatchObject({
    id: 1,
    answer: { ok: false, error: { code: 'CONFLICT', message: 'The keyring is locked.' } },
  });
  const connection = { ok: true, reply: { url: null, keyDisplay: 'casare_abcd…mnop' } };
  // A refusal is not remembered, so it is asked again; an answer is.
  host.post({ type: 'call', id: 2, name: 'fleet.connection', request: {} });
  const second = await host.next('secret');
  host.post({ type: 'secret', id: second.id, value: 'casare_abcdefghijklmnop' });
  expect(await host.next('answer')).toMatchObject({ id: 2, answer: connection });
  host.post({ type: 'call', id: 3, name: 'fleet.connection', request: {} });
  expect(await host.next('answer')).toMatchObject({ id: 3, answer: connection });
  await host.stop();
});

test('a host that cannot start says why', async () => {
  const host = await serve(() => {
    throw new Error('the data folder is a file');
  });
  host.post({ type: 'start', places: host.places });
  expect(await host.next('failed')).toMatchObject({ error: { message: 'the data folder is a file' } });
  await host.stop();
});
