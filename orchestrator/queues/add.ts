import { AppError, type newQueueItemSchema } from '@casare/shared';
import type { z } from 'zod';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { createContentCheck } from './content.ts';
import { type WholeItemRow, wholeItemColumns } from './item-row.ts';
import type { QueueRow } from './queue-row.ts';

export type NewItem = z.output<typeof newQueueItemSchema>;

/** Who adds, and for a step of a job what makes the same step known again. */
export interface ItemSource {
  readonly by: string;
  readonly workspaceId: string;
  readonly jobId?: string;
  readonly key?: string;
  /** The reference must be the only one, also where the queue does not ask for it. */
  readonly uniqueReference?: boolean;
}

export type AddResult = { readonly item: WholeItemRow; readonly known: boolean } | AppError;

/**
 * Adds items in one statement. Each is added, or is `known` (another one has its reference and references are unique; or the same step of the
 * same job added it before), or is refused with why.
 */
export async function addItems(
  db: Db,
  queue: QueueRow,
  items: readonly NewItem[],
  source: ItemSource,
): Promise<AddResult[]> {
  const check = createContentCheck(queue.content_schema);
  const isUnique = queue.unique_reference || source.uniqueReference === true;
  const known = isUnique ? await findByReference(db, queue.id, items) : new Map<string, WholeItemRow>();
  const results = new Map<number, AddResult>();
  const rows = items.flatMap((item, n) => {
    const other = item.reference === undefined ? undefined : known.get(item.reference);
    if (other) results.set(n, { item: other, known: true });
    else {
      try {
        check(item.content);
        return [{ n, ...rowOf(item, queue, isUnique) }];
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        results.set(n, error);
      }
    }
    return [];
  });
  for (const [n, item] of await insert(db, queue, rows, source)) results.set(n, { item, known: false });
  const missed = rows.filter(({ n }) => !results.has(n));
  if (missed.length > 0)
    for (const [n, item] of await findOthers(db, queue, missed)) results.set(n, { item, known: true });
  return items.map((_, n) => results.get(n) ?? goneMeanwhile());
}

export function referenceTaken(queue: Pick<QueueRow, 'name'>, { id, reference, state }: WholeItemRow): AppError {
  return new AppError(
    'QUEUE_REFERENCE_TAKEN',
    `The queue "${queue.name}" has an item "${reference}" already (it is ${state}), and references are unique there.`,
    { details: { itemId: id, reference, state } },
  );
}

function goneMeanwhile(): AppError {
  return new AppError('UNAVAILABLE', 'The queue was changed at the same moment. Try again.', { retryable: true });
}

type NewRow = ReturnType<typeof rowOf> & { readonly n: number };

function rowOf(item: NewItem, queue: QueueRow, isUnique: boolean) {
  return {
    reference: item.reference ?? null,
    unique_reference: isUnique && item.reference !== undefined,
    priority: item.priority,
    content: item.content,
    deadline: item.deadline ?? null,
    not_before: item.notBefore ?? null,
    max_retries: item.maxRetries ?? queue.max_retries,
  };
}

async function insert(
  db: Db,
  queue: QueueRow,
  rows: readonly NewRow[],
  { by, workspaceId, jobId, key }: ItemSource,
): Promise<Map<number, WholeItemRow>> {
  if (rows.length === 0) return new Map();
  const added = await db.query<{ id: string; n: number }>(sql`
    with r as materialized (
      -- Ids grow with every row, and the order within a priority is that of the ids.
      select uuidv7() as id, r.* from json_to_recordset(${JSON.stringify(rows)}::json) as r (n int, reference text,
        unique_reference boolean, priority smallint, content jsonb, deadline timestamptz, not_before timestamptz, max_retries int)
    ), timed as (
      select r.*, coalesce(r.deadline, greatest(r.not_before, clock_timestamp()) + make_interval(secs => q.sla_seconds)) as due_at,
        q.sla_seconds - q.risk_seconds as risk_left
      from r, queues q where q.id = ${queue.id}::uuid
    ), i as (
      insert into queue_items (id, workspace_id, queue_id, reference, unique_reference, priority, content, due_at, risk_at,
        not_before, max_retries, added_by_job, add_key, changed_by)
      select id, ${workspaceId}::uuid, ${queue.id}::uuid, reference, unique_reference, priority, content, due_at,
        due_at - make_interval(secs => coalesce(risk_left, 0)), not_before, max_retries, ${jobId ?? null}::uuid, ${key ?? null}::text, ${by}
      from timed order by n
      on conflict do nothing returning id
    )
    select r.id, r.n from r join i on i.id = r.id`);
  // Read afterwards: what a statement writes it does not see with what triggers made of it.
  const read = await readItems(
    db,
    added.map(({ id }) => id),
  );
  return new Map(added.map(({ id, n }) => [n, read.get(id) as WholeItemRow]));
}

export async function readItems(db: Db, ids: readonly string[]): Promise<Map<string, WholeItemRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<WholeItemRow>(sql`
    select ${wholeItemColumns} from queue_items i where i.id = any(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The newest item with each of the references. */
async function findByReference(
  db: Db,
  queueId: string,
  items: readonly { readonly reference?: string | null | undefined }[],
): Promise<Map<string, WholeItemRow>> {
  const references = [...new Set(items.flatMap(({ reference }) => reference ?? []))];
  if (references.length === 0) return new Map();
  const rows = await db.query<WholeItemRow>(sql`
    select distinct on (i.reference) ${wholeItemColumns} from queue_items i
    where i.queue_id = ${queueId}::uuid and i.reference = any(${references}::text[]) and i.state <> 'deleted'
    order by i.reference, i.id desc`);
  return new Map(rows.map((row) => [row.reference ?? '', row]));
}

/** What kept rows from being written: others with their references came first. */
async function findOthers(db: Db, queue: QueueRow, rows: readonly NewRow[]): Promise<Map<number, WholeItemRow>> {
  const known = await findByReference(db, queue.id, rows);
  return new Map(
    rows.flatMap(({ n, reference }) => {
      const other = reference === null ? undefined : known.get(reference);
      return other ? [[n, other] as const] : [];
    }),
  );
}

/** What this step of this job added before. */
export async function findOwn(db: Db, jobId: string, key: string): Promise<WholeItemRow | undefined> {
  const [row] = await db.query<WholeItemRow>(sql`
    select ${wholeItemColumns} from queue_items i where i.added_by_job = ${jobId}::uuid and i.add_key = ${key}`);
  return row;
}
