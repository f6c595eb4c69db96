import { webhookSettingsSchema } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWebhook } from '../../../orchestrator/triggers/kinds/webhook.ts';
import { type Fleet, startFleet } from '../fleet.ts';
import { createTrigger, deliveriesOf, publishWithInputs, send, sign } from './trigger-bench.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('of 2,000 messages that were changed in any part none is taken', async () => {
  const workflowId = await publishWithInputs(fleet.admin, 'orders');
  const wanted = { kind: 'webhook', name: 'Orders', workflowId, settings: {}, maxPerMinute: null } as const;
  const made = await createTrigger(fleet.admin, wanted);
  const secret = made.secret ?? '';
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % n;
  };
  const good = sign(secret, { name: 'Ada', amount: 3, note: 'äöü' }, { id: 'msg_original' });
  const bytes = Buffer.from(good.body);
  const changeText = (text: string): string => {
    const at = random(text.length);
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    const printable = String.fromCharCode(33 + random(94));
    return [before + after, `${before}${printable}${after}`, `${before}${printable}${text.slice(at)}`][random(3)] ?? '';
  };
  const changeBytes = (): Buffer => {
    const at = random(bytes.length);
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
    const cut = bytes.subarray(0, at);
    return (
      [changed, cut, Buffer.concat([bytes, Buffer.from(' ')]), Buffer.concat([Buffer.from('﻿'), bytes])][random(4)] ??
      cut
    );
  };
  const [, signature = ''] = good.signature.split(',');
  const encodings = [
    Buffer.from(signature, 'base64').toString('hex'),
    Buffer.from(signature, 'base64').toString('base64url'),
    signature.replace(/=$/, ''),
    `${signature}=`,
    signature.toLowerCase(),
    `${signature}\t`.trim() + '.',
  ];
  const mutations = [
    () => ({ ...good, body: changeBytes() }),
    () => ({ ...good, id: changeText(good.id) }),
    () => ({ ...good, timestamp: changeText(good.timestamp) }),
    () => ({ ...good, signature: changeText(good.signature) }),
    () => ({ ...good, signature: `v1,${encodings[random(encodings.length)]}` }),
    () => ({
      ...good,
      signature:
        [`v2,${signature}`, `v1a,${signature}`, signature, `v1;${signature}`, `v1, ${signature}`, ''][random(6)] ?? '',
    }),
    // The same bytes signed, cut at another place.
    () => ({ ...good, id: `${good.id}.${good.timestamp}`, timestamp: good.timestamp }),
    () => ({ ...good, id: good.timestamp, timestamp: good.id }),
    // Good once, long ago or in the future.
    () =>
      sign(secret, { name: 'late' }, { at: Date.now() + (random(2) === 0 ? -1 : 1) * (310_000 + random(1_000_000)) }),
    // Signed with something that is not the secret.
    () => sign(`whsec_${Buffer.from(`${random(1e9)}`.padEnd(32, 'x')).toString('base64')}`, { name: 'Ada' }),
  ];
  const original = JSON.stringify(good);
  const statuses = new Map<number, number>();
  const settings = webhookSettingsSchema.parse({});
  let refused = 0;
  for (let n = 0; n < 2000; n++) {
    let changed = mutations[n % mutations.length]?.() ?? good;
    if (JSON.stringify(changed) === original) changed = { ...good, id: `${good.id}x` };
    const headers = {
      'webhook-id': changed.id,
      'webhook-timestamp': changed.timestamp,
      'webhook-signature': changed.signature,
    };
    const message = { headers, query: {}, body: Buffer.from(changed.body), now: Date.now() };
    expect(() => readWebhook(message, settings, [secret])).toThrow('does not prove who sent it');
    refused++;
    // Some of each kind go all the way.
    if (n % 41 > 0) continue;
    const { status } = await send(fleet, made.trigger, changed);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([refused, [...statuses.keys()]]).toEqual([2000, [401]]);
  const deliveries = await deliveriesOf(fleet.admin, made.trigger.id);
  expect(deliveries.filter(({ state }) => state === 'accepted')).toEqual([]);
  // People see some of them; the database is not filled with them.
  expect(deliveries.length).toBeGreaterThan(0);
  expect(deliveries.length).toBeLessThanOrEqual(20);
  expect(deliveries[0]?.reason?.code).toBe('SIGNATURE_INVALID');
  expect((await fleet.admin('POST', `/trigger-deliveries/${deliveries[0]?.id}/replay`)).status).toBe(409);
  // None of them has taken the id of the good one.
  expect((await send(fleet, made.trigger, good)).status).toBe(202);
});
