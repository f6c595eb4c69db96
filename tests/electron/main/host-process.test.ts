import type { HostAnswer } from '@casare/shared';
import { expect, test } from 'vitest';
import type { MessageFromHost, MessageToHost } from '../../../electron/host-messages.ts';
import { startHostProcess } from '../../../electron/main/host-process.ts';
import { waitFor } from '../../support/wait-for.ts';

const places = { workflowsFolder: 'w', dataFolder: 'd', version: '1' };

/** Host processes whose other end is the test. */
function setup(keychain = { get: async (): Promise<string | null> => 'the key', set: async () => undefined }) {
  const forks: {
    sent: MessageToHost[];
    say(message: MessageFromHost): void;
    exit(): void;
    killed: boolean;
  }[] = [];
  const told: [string, unknown][] = [];
  const clock = { now: 0 };
  const host = startHostProcess({
    places,
    keychains: { fleetKey: keychain, vaultKey: { get: async () => 'another', set: async () => undefined } },
    now: () => clock.now,
    emit: (name, payload) => told.push([name, payload]),
    fork() {
      const messages: ((message: MessageFromHost) => void)[] = [];
      const exits: (() => void)[] = [];
      const fork = {
        sent: [] as MessageToHost[],
        killed: false,
        say: (message: MessageFromHost) => messages.forEach((listener) => listener(message)),
        exit: () => exits.forEach((listener) => listener()),
      };
      forks.push(fork);
      return {
        post: (message) => fork.sent.push(message),
        onMessage: (listener) => messages.push(listener),
        onExit: (listener) => exits.push(listener),
        kill: () => {
          fork.killed = true;
          fork.exit();
        },
      };
    },
  });
  const last = () => {
    const fork = forks.at(-1);
    if (!fork) throw new Error('no host was started');
    return fork;
  };
  return { host, forks, told, clock, last };
}

test('a call waits for its own answer', async () => {
  const { host, last } = setup();
  expect(last().sent).toEqual([{ type: 'start', places }]);
  const [first, second] = [host.call('app.info', {}), host.call('files.list', {})];
  const answer = (reply: string): HostAnswer => ({ ok: true, reply });
  last().say({ type: 'answer', id: 2, answer: answer('two') });
  last().say({ type: 'answer', id: 1, answer: answer('one') });
  expect(await Promise.all([first, second])).toEqual([answer('one'), answer('two')]);
  last().say({ type: 'answer', id: 99, answer: answer('nobody asked') });
});

test('a host that ends answers what was asked, is started again and told of', async () => {
  const { host, forks, told, last } = setup();
  last().say({ type: 'ready' });
  expect(told).toEqual([]);
  const asked = host.call('app.info', {});
  last().exit();
  expect(await asked).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
  expect(forks).toHaveLength(2);
  last().say({ type: 'ready' });
  expect(told).toEqual([['host.status', { state: 'restarted', message: expect.any(String) }]]);
});

test('a host that keeps ending is left alone after the fourth time in a minute', async () => {
  const { host, forks, told, clock, last } = setup();
  for (let i = 0; i < 4; i++) {
    clock.now += 1000;
    last().exit();
  }
  expect(forks).toHaveLength(4);
  expect(told.at(-1)).toEqual(['host.status', { state: 'failed', message: expect.any(String) }]);
  expect(await host.call('app.info', {})).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
});

test('now and then an end is not too often', () => {
  const { forks, clock, last } = setup();
  for (let i = 0; i < 10; i++) {
    clock.now += 30_000;
    last().exit();
  }
  expect(forks).toHaveLength(11);
});

test('why a host cannot start is what every call is told', async () => {
  const { host, forks, last } = setup();
  const error = { code: 'FILE_ACCESS', message: 'The data folder cannot be used.' } as const;
  for (let i = 0; i < 4; i++) last().say({ type: 'failed', error });
  expect(forks.every(({ killed }) => killed)).toBe(true);
  expect(await host.call('app.info', {})).toEqual({ ok: false, error });
});

test('a host that was given up says nothing any more', () => {
  const { forks, told, last } = setup();
  const [first] = forks;
  last().exit();
  first?.say({ type: 'event', name: 'files.changed', payload: {} });
  expect(told).toEqual([]);
});

test('secrets are read from the keychain, and its refusal is passed on', async () => {
  const good = setup();
  good.last().say({ type: 'secret', id: 5, which: 'fleetKey' });
  await waitFor(() => good.last().sent.length === 2);
  expect(good.last().sent[1]).toEqual({ type: 'secret', id: 5, value: 'the key' });
  const bad = setup({
    get: async () => null,
    set: async () => {
      throw new Error('locked');
    },
  });
  bad.last().say({ type: 'secret', id: 6, which: 'fleetKey', value: 'new' });
  await waitFor(() => bad.last().sent.length === 2);
  expect(bad.last().sent[1]).toMatchObject({ type: 'secretFailed', id: 6, error: { message: 'locked' } });
});

test('stopping asks the host, waits for its end, and starts no other', async () => {
  const { host, forks, last } = setup();
  const stopped = host.stop();
  expect(last().sent.at(-1)).toEqual({ type: 'stop' });
  last().exit();
  await stopped;
  expect(forks).toHaveLength(1);
  expect(await host.call('app.info', {})).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
});
