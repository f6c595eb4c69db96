import type { Trigger } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { type Fleet, query, startFleet } from '../../orchestrator/fleet.ts';
import { createTrigger, jobsOf, publishWithInputs } from '../../orchestrator/triggers/trigger-bench.ts';
import { startDovecot } from '../../support/servers/dovecot.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWatcher, type Watcher } from './watch-bench.ts';

const imap = await startDovecot(await prepareTempFolders('watch-mail')());
let fleet: Fleet;
let workflowId: string;
let watcher: Watcher;

beforeAll(async () => {
  fleet = await startFleet({ timing: { leaseSeconds: 1, reapSeconds: 0.2 } });
  workflowId = await publishWithInputs(fleet.admin, 'mails');
  watcher = await startWatcher(fleet, 'mail-1');
});
afterAll(async () => {
  await watcher.stop();
  await fleet[Symbol.asyncDispose]();
});

const deliver = (subject: string, text = 'Hello') =>
  imap.deliver(
    `From: Ada <ada@example.com>\nTo: robot@example.com\nSubject: ${subject}\nMessage-ID: <${subject}@example.com>\n\n${text}\n`,
  );
const settings = {
  host: 'localhost',
  port: imap.tlsPort,
  user: imap.user,
  certificate: imap.certificate,
  everySeconds: 1,
};
const shown = async ({ id }: Trigger) => (await fleet.admin<Trigger>('GET', `/triggers/${id}`)).body;
const subjects = async () => (await jobsOf(fleet.admin, workflowId)).map(({ input }) => input['name']).toReversed();

test('mails that arrive become jobs, in order and once each; those from before do not', async () => {
  await deliver('Before');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'mail',
    name: 'Invoices',
    workflowId,
    settings: { ...settings, from: 'ada@' },
    secrets: { password: imap.password },
    input: { name: '${payload.subject}', payload: '${payload}' },
  });
  const remembered = async () => {
    const [row] = await query<{ state: { lastUid?: number } }>(
      fleet,
      sql`select state from triggers where id = ${trigger.id}::uuid`,
    );
    return row?.state.lastUid;
  };
  await waitFor(async () => (await remembered()) === 1, { until: 'the beginning is remembered' });
  await deliver('One', 'Zahlung fällig');
  await waitFor(async () => (await subjects()).length === 1, { until: 'the first is told' });
  await deliver('Two');
  await waitFor(async () => (await subjects()).length === 2, { until: 'the second is told' });
  const [, first] = await jobsOf(fleet.admin, workflowId);
  expect(first?.input['payload']).toMatchObject({ subject: 'One', fromAddress: 'ada@example.com', uid: 2 });

  // While nobody watches mail arrives; another robot goes on from there.
  await watcher.stop();
  await deliver('Three');
  watcher = await startWatcher(fleet, 'mail-2');
  await waitFor(async () => (await subjects()).length === 3, { until: 'the third is told' });
  expect(await subjects()).toEqual(['One', 'Two', 'Three']);
  expect(JSON.stringify(await shown(trigger))).not.toContain(imap.password);
  await fleet.admin('DELETE', `/triggers/${trigger.id}`);
});

test('a wrong password is said, and mended without anybody restarting anything', async () => {
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'mail',
    name: 'Wrong',
    workflowId,
    settings,
    secrets: { password: 'another' },
  });
  await waitFor(async () => (await shown(trigger)).lastError?.code === 'SIGN_IN_FAILED', { until: 'it is said' });
  const { kind, name } = { kind: 'mail', name: 'Right' };
  await fleet.admin('PUT', `/triggers/${trigger.id}`, {
    kind,
    name,
    workflowId,
    settings,
    secrets: { password: imap.password },
  });
  await waitFor(async () => (await shown(trigger)).lastError === null, { until: 'it can sign in' });
  expect(await shown(trigger)).toMatchObject({ name: 'Right', failures: 0 });
});
