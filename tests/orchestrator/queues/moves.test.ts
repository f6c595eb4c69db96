import { QUEUE_ITEM_MOVES, QUEUE_ITEM_STATES } from '@casare/shared';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueueBench, type QueueBench } from './queue-bench.ts';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('the database allows the moves of the table and no other', async () => {
  const [item] = await bench.add(await bench.newQueue(), {});
  const owner = new pg.Client({ connectionString: bench.fleet.databaseUrl });
  await owner.connect();
  const allowed: string[] = [];
  try {
    await owner.query('begin');
    for (const from of QUEUE_ITEM_STATES)
      for (const to of QUEUE_ITEM_STATES.filter((state) => state !== from)) {
        await owner.query('savepoint move');
        // Put there without asking the triggers.
        await owner.query('set local session_replication_role = replica');
        await owner.query('update queue_items set state = $1, deleted_from = $2 where id = $3', [
          from,
          from === 'deleted' && to !== 'inProgress' ? to : null,
          item?.id,
        ]);
        await owner.query('set local session_replication_role = origin');
        const refused = await owner.query('update queue_items set state = $1 where id = $2', [to, item?.id]).then(
          () => undefined,
          (error: pg.DatabaseError) => error.constraint,
        );
        if (refused !== 'queue_items_move') allowed.push(`${from} to ${to}`);
        await owner.query('rollback to savepoint move');
      }
  } finally {
    await owner.end();
  }
  const table = QUEUE_ITEM_STATES.flatMap((from) => QUEUE_ITEM_MOVES[from].map((to) => `${from} to ${to}`));
  expect(new Set(allowed)).toEqual(new Set(table));
});
