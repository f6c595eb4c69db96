import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostEvents } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleetRelay } from '../../../electron/host/fleet-relay.ts';
import { fileSecretStore } from '../../../electron/host/secret-store.ts';
import { addPerson, password, type TestPerson } from '../../orchestrator/access/people.ts';
import { type Fleet, publish, startFleet, submit } from '../../orchestrator/fleet.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';

const makeTempFolder = prepareTempFolders('fleet-sign-on');
let fleet: Fleet;
let ann: TestPerson;

beforeAll(async () => {
  fleet = await startFleet();
  ann = await addPerson(fleet.url, fleet.admin, 'admin', 'ann');
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** A host's relay with its settings in memory and its secret in a file. */
async function openRelay() {
  const file = join(await makeTempFolder(), 'secret');
  let settings: Record<string, unknown> = {};
  const events: { name: string; payload: unknown }[] = [];
  const emit = <E extends keyof HostEvents>(name: E, payload: HostEvents[E]) => void events.push({ name, payload });
  const store = {
    get: async () => settings as never,
    set: async (changes: object) => void (settings = { ...settings, ...changes }),
  };
  const relay = createFleetRelay(store, fileSecretStore(file), emit);
  return { relay, file, events, me: () => relay.request({ method: 'GET', path: '/api/v1/me' }) };
}

test('signed in through the host: requests, live events, a token that has run out, another workspace, and out', async () => {
  const { relay, file, events, me } = await openRelay();
  await expect(relay.connect({ url: fleet.url, email: ann.email, password: 'wrong' })).rejects.toMatchObject({
    code: 'SIGN_IN_REFUSED',
  });
  expect(await relay.connection()).toEqual({ url: null, keyDisplay: null });
  expect(await relay.connect({ url: fleet.url, email: ann.email, password })).toEqual({
    url: fleet.url,
    keyDisplay: ann.email,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain(password);
  expect((await me()).body).toMatchObject({ keyKind: 'person', role: 'admin' });

  await relay.subscribe(undefined);
  const job = await submit(fleet.admin, await publish(fleet.admin));
  await waitFor(() => JSON.stringify(events).includes(job.id), { until: 'the job is seen live' });

  const made = await relay.request({ method: 'POST', path: '/api/v1/workspaces', body: { name: 'Second' } });
  await relay.choose((made.body as { id: string }).id);
  expect((await me()).body).toMatchObject({ workspaceName: 'Second' });
  await relay.subscribe(undefined);

  await relay.connect(null);
  expect(await relay.connection()).toEqual({ url: null, keyDisplay: null });
  await expect(stat(file)).rejects.toThrow('ENOENT');
  relay.close();
});

test('a host that starts again goes on with the session, renews it once for many requests, and says when it is over', async () => {
  const { relay, file, me } = await openRelay();
  await relay.connect({ url: fleet.url, email: ann.email, password });
  const kept = JSON.parse(await readFile(file, 'utf8')) as { refreshToken: string };
  const later = join(await makeTempFolder(), 'secret');
  await fileSecretStore(later).set(JSON.stringify({ ...kept, accessExpiresAt: new Date(0).toISOString() }));
  const again = createFleetRelay(
    { get: async () => ({ fleetUrl: fleet.url }), set: () => Promise.resolve() },
    fileSecretStore(later),
    () => {},
  );
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => again.request({ method: 'GET', path: '/api/v1/me' })),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(JSON.parse(await readFile(later, 'utf8'))).not.toMatchObject({ refreshToken: kept.refreshToken });
  await fleet.admin('POST', `/people/${ann.id}/sign-out`);
  await waitFor(async () => (await me()).status === 401, { until: 'the session is over' });
  relay.close();
  again.close();
});
