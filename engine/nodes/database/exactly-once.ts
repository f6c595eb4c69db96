import type { Effect } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { DatabaseSession } from '../../resources/databases.ts';

/** Parameters of every step that writes. */
export const onceFields = {
  exactlyOnce: z.boolean().default(false).meta({
    title: 'Exactly once',
    description:
      'Notes the work in the table casare_effects, in the same transaction. However often the run is interrupted and taken up again, it is done once.',
  }),
  onceKey: z
    .string()
    .max(200)
    .default('')
    .meta({
      title: 'Once for each',
      description: 'E.g. the number of an invoice: once in all runs. Empty: once in this run.',
      'x-show-if': { exactlyOnce: [true] },
    }),
};

export const repeatableField = z.boolean().default(false).meta({
  title: 'May be repeated',
  description: 'The same again does no harm, so a run that was interrupted simply does it again.',
  'x-advanced': true,
});

export function writeEffect({ exactlyOnce, repeatable }: { exactlyOnce: boolean; repeatable: boolean }): Effect {
  if (exactlyOnce) return 'keyed';
  return repeatable ? 'idempotent' : 'once';
}

const columns = {
  postgres: 'effect_key text primary key, done_at timestamptz not null default now(), result text',
  mysql:
    'effect_key varchar(255) character set utf8mb4 collate utf8mb4_bin primary key, done_at timestamp not null default current_timestamp, result longtext',
  sqlite: 'effect_key text primary key, done_at text not null default current_timestamp, result text',
};

/** Does the work and notes it in one transaction; or gives what the note says, when it was done before. */
export async function exactlyOnce<Output extends Record<string, unknown>>(
  ctx: NodeContext,
  session: DatabaseSession,
  onceKey: string,
  work: () => Promise<Output>,
): Promise<Output & { repeated: boolean }> {
  // A step's own key differs from every key an author may write.
  const key = onceKey === '' ? `step:${ctx.effectKey}` : `key:${onceKey}`;
  const mark = session.kind === 'postgres' ? (n: number) => `$${n}` : () => '?';
  await makeTable(session);
  await session.begin();
  const insert = {
    postgres: 'insert into casare_effects (effect_key) values ($1) on conflict (effect_key) do nothing',
    mysql: 'insert ignore into casare_effects (effect_key) values (?)',
    sqlite: 'insert into casare_effects (effect_key) values (?) on conflict (effect_key) do nothing',
  }[session.kind];
  // Waits for a transaction with the same key that is still open, so that exactly one of them finds the place free.
  const { affected } = await session.run(insert, [key]);
  if (affected === 0) {
    const found = await session.run(`select result from casare_effects where effect_key = ${mark(1)}`, [key]);
    await session.rollback();
    return { ...(JSON.parse((found.rows[0]?.[0] as string | null) ?? '{}') as Output), repeated: true };
  }
  const output = await work();
  await session.run(`update casare_effects set result = ${mark(1)} where effect_key = ${mark(2)}`, [
    JSON.stringify(output),
    key,
  ]);
  await session.commit();
  return { ...output, repeated: false };
}

async function makeTable(session: DatabaseSession): Promise<void> {
  const probe = 'select effect_key from casare_effects where 1 = 0';
  try {
    // Who may not make tables can have it made by somebody else.
    await session.run(probe, []);
    return;
  } catch {
    // Not there yet.
  }
  const engine = session.kind === 'mysql' ? ' engine = InnoDB' : '';
  try {
    await session.run(`create table if not exists casare_effects (${columns[session.kind]})${engine}`, []);
  } catch (error) {
    // Two that make it at the same moment: one of them is told that it exists.
    await session.run(probe, []).catch(() => {
      throw error;
    });
  }
}
