import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTenant, type Answer, type Fleet, startFleet } from '../fleet.ts';
import { fill, type Operation, readOperations } from './operations.ts';
import { hostileValue, pick, randomFrom, spoil } from './hostile.ts';
import { sample } from './sample.ts';
import { below, seedTenant, type SeededTenant } from './seed-tenant.ts';

let fleet: Fleet;
let operations: Operation[];
let own: SeededTenant;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 3600 } });
  operations = await readOperations(fleet.url);
  own = await seedTenant(fleet.url, await addTenant(fleet), operations, 'Fuzzed', true);
});
afterAll(() => fleet[Symbol.asyncDispose]());

// Rounds and seed of a longer run: FUZZ_ROUNDS=200 FUZZ_SEED=7.
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 8);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
/** What only a mistake in the server shows to others. */
const leaks = /\bat \S+ \(|node_modules|\.ts:\d|syntax error|pg_catalog|SQLSTATE|relation "|column "|violates/;

function request(operation: Operation, random: () => number): Promise<Answer> {
  const id = random() < 0.8 ? pick(own.ids, random) : randomUUID();
  const path = below(fill(operation.path, () => (random() < 0.95 ? id : String(hostileValue(random)).slice(0, 200))));
  const query = operation.query.flatMap(({ name, schema }) => {
    const value = random() < 0.5 ? sample(schema, { id, text: 'Fuzzed' }) : hostileValue(random);
    return random() < 0.6 ? [`${name}=${encodeURIComponent(String(value).slice(0, 2000).toWellFormed())}`] : [];
  });
  const whole = operation.body && sample(operation.body, { id, text: 'Fuzzed', small: random() < 0.5 });
  const body = whole === undefined ? undefined : random() < 0.15 ? whole : spoil(whole, random);
  const call = random() < 0.75 ? own.admin : own.robot;
  const address = query.length > 0 ? `${path}?${query.join('&')}` : path;
  return call(operation.method, address, body, random() < 0.5 ? { 'idempotency-key': randomUUID() } : {});
}

test(`whatever is sent, nothing breaks: every refusal is an error of ours in one shape (${rounds} rounds, seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const faults = new Set<string>();
  const statuses = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const answers = await Promise.all(
      operations
        // A claim that waits and the sign-out of everybody are no matter of form.
        .filter(({ path }) => !/claim$|sign-in|setup|accept/.test(path))
        .map(async (operation) => ({ operation, answer: await request(operation, random) })),
    );
    for (const { operation, answer } of answers) {
      const { status, body } = answer;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const text = JSON.stringify(body);
      const error = body['error'] as Record<string, unknown> | undefined;
      const fine = status < 400 || (typeof error?.['code'] === 'string' && typeof error['requestId'] === 'string');
      if (status >= 500 || !fine || (status >= 400 && leaks.test(text)))
        faults.add(`${operation.method} ${operation.path}: ${status} ${text.slice(0, 300)}`);
    }
  }
  expect([...faults]).toEqual([]);
  // The corpus is worth something: some of it is taken, most of it is refused.
  expect(statuses.get(400) ?? 0).toBeGreaterThan(rounds * 20);
  expect(statuses.get(200) ?? 0).toBeGreaterThan(rounds * 10);
}, 1_800_000);
