import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { type EventReader, startEventReader } from '../../../orchestrator/events/event-reader.ts';
import { startSignals, type Signals } from '../../../orchestrator/events/signals.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { waitFor } from '../../support/wait-for.ts';

let own: TestDatabase;
let database: Database;
let signals: Signals;
let reader: EventReader;
let early: pg.Client;
let late: pg.Client;
const seen: number[] = [];
const ids = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  own = await createTestDatabase();
  const onError = () => {};
  database = openDatabase({ url: own.url, maxConnections: 2, onError });
  signals = await startSignals({ database, url: own.url, onError });
  reader = await startEventReader({
    database,
    signals,
    isWatched: () => true,
    prepare: async (rows) => () => void seen.push(...rows.map(({ seq }) => seq)),
    onError,
  });
  early = new pg.Client({ connectionString: own.url });
  late = new pg.Client({ connectionString: own.url });
  await Promise.all([early.connect(), late.connect()]);
});
afterAll(async () => {
  await Promise.all([early.end(), late.end(), reader.stop()]);
  await signals.stop();
  await database.close();
  await own.drop();
});

async function insert(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ seq: string }>(
    "insert into events (tenant_id, workspace_id, type, subject_id) values ($1, $2, 'job.created', $3) returning seq",
    ids,
  );
  return Number(rows[0]?.seq);
}

test('a lower number that is committed later comes first', async () => {
  await early.query('begin');
  const lower = await insert(early);
  const higher = await insert(late);
  expect(higher).toBe(lower + 1);
  signals.send({ kind: 'events' });
  // It has looked, and holds back.
  await reader.catchUp();
  expect(seen).not.toContain(higher);
  expect(reader.last()).toBeLessThan(lower);
  await early.query('commit');
  await waitFor(() => seen.includes(higher), { until: 'both are handed out' });
  expect(seen.slice(-2)).toEqual([lower, higher]);
});

test('a number that was rolled back stops nobody', async () => {
  await early.query('begin');
  const lower = await insert(early);
  const higher = await insert(late);
  await early.query('rollback');
  signals.send({ kind: 'events' });
  await waitFor(() => seen.includes(higher), { until: 'the next one is handed out', timeoutMs: 5000 });
  expect(seen).not.toContain(lower);
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
});
