import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ARTIFACT_CHUNK, AppError, type artifactChunkSchema, type DeclareArtifact } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { findOwnRobot } from '../robots/own-robot.ts';
import { type ArtifactRow, artifactColumns, artifactTables, noArtifact, piecesOf } from './artifact-row.ts';

/** Of one job, all attempts together. */
const mostOfJob = 100;
/** Of one robot, beside those of its jobs. */
const mostOfRobot = 500;

/** What a robot is about to send; the same once more tells how far it got. */
export async function declareArtifact(context: Context, caller: Caller, wanted: DeclareArtifact) {
  const { job } = wanted;
  if (job) checkProof(context, caller, wanted);
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const robot = await findOwnRobot(db, caller, wanted.instanceId);
    if (job) await findJob(db, caller, job);
    await checkRoom(context, db, robot.id, wanted);
    const [blob] = await db.query<{ complete: boolean; pieces: number; size: string | number }>(sql`
      insert into blobs (hash, size) values (${wanted.sha256}, ${wanted.size}::bigint)
      on conflict (tenant_id, hash) do update set created_at = clock_timestamp()
      returning complete, pieces, size`);
    if (Number(blob?.size) !== wanted.size) throw wrongContent();
    const [made] = await db.query<{ id: string }>(sql`
      insert into artifacts (workspace_id, robot_id, job_id, fence, attempt, kind, name, content_type, hash, size, taken_at)
      values (${caller.workspaceId}::uuid, ${robot.id}::uuid, ${job?.jobId ?? null}::uuid, ${job?.fence ?? null}::bigint,
        ${job?.attempt ?? null}::int, ${wanted.kind}, ${wanted.name}, ${wanted.contentType}, ${wanted.sha256},
        ${wanted.size}::bigint, ${wanted.takenAt}::timestamptz)
      on conflict (tenant_id, robot_id, job_id, fence, kind, name, hash, taken_at) do update set name = excluded.name
      returning id`);
    const id = (made as { id: string }).id;
    if (blob?.complete) await tellJob(db, caller, job?.jobId);
    return { id, next: blob?.pieces ?? 0, complete: blob?.complete ?? false };
  });
}

/** One piece, in order. With the last one the whole is held against its hash; what is something else is dropped. */
export async function takePiece(
  context: Context,
  caller: Caller,
  artifactId: string,
  { index, data, instanceId }: z.output<typeof artifactChunkSchema>,
): Promise<{ next: number; complete: boolean }> {
  const { pool } = context.database;
  const piece = Buffer.from(data, 'base64');
  const row = await inTenant(pool, caller.tenantId, async (db) => {
    const robot = await findOwnRobot(db, caller, instanceId);
    return findArtifactOf(db, caller, artifactId, robot.id);
  });
  const count = piecesOf(Number(row.size));
  if (row.complete || index !== row.pieces) return { next: row.pieces, complete: row.complete };
  const wanted = index === count - 1 ? Number(row.size) - index * ARTIFACT_CHUNK : ARTIFACT_CHUNK;
  if (piece.length !== wanted)
    throw new AppError('VALIDATION', `Piece ${index} has ${piece.length} bytes; ${wanted} are due.`, {
      details: { issues: [{ path: 'body.data', message: 'wrong length' }] },
    });
  await context.blobs.put(caller.tenantId, row.hash, index, piece);
  if (index === count - 1 && (await hashOf(context, caller.tenantId, row.hash, count)) !== row.hash) {
    await context.blobs.remove(caller.tenantId, row.hash);
    await inTenant(pool, caller.tenantId, (db) =>
      db.query(sql`update blobs set pieces = 0 where hash = ${row.hash} and not complete`),
    );
    throw wrongContent();
  }
  const complete = index === count - 1;
  const next = await inTenant(pool, caller.tenantId, async (db) => {
    const [blob] = await db.query<{ pieces: number }>(sql`
      update blobs set pieces = greatest(pieces, ${index + 1}::int), complete = complete or ${complete}::boolean
      where hash = ${row.hash} returning pieces`);
    if (complete) await tellJob(db, caller, row.job_id ?? undefined);
    return blob?.pieces ?? 0;
  });
  if (complete) context.signals.send({ kind: 'events' });
  return { next, complete };
}

/** Only who has or had the job knows its journal key; a lease that ran out meanwhile takes nothing from what was seen. */
function checkProof(context: Context, caller: Caller, { job, sha256 }: DeclareArtifact): void {
  if (!job) return;
  const key = Buffer.from(context.jobKeys.of(caller.tenantId, job.jobId), 'base64');
  const right = createHmac('sha256', key).update(`artifact ${job.fence} ${sha256}`).digest();
  const given = Buffer.from(job.proof, 'base64');
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new AppError('STALE_LEASE', 'This robot never held the job that it wants to send something for.');
}

async function findJob(db: Db, caller: Caller, { jobId, fence }: { jobId: string; fence: number }): Promise<void> {
  const [job] = await db.query<{ id: string }>(sql`
    select id from jobs where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid and fence >= ${fence}::bigint`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id that was ever claimed so.');
}

async function checkRoom(context: Context, db: Db, robotId: string, wanted: DeclareArtifact): Promise<void> {
  const [kept] = await db.query<{ n: number; bytes: string | number }>(sql`
    select (select count(*)::int from artifacts
        where case when ${wanted.job?.jobId ?? null}::uuid is null then robot_id = ${robotId}::uuid and job_id is null
          else job_id = ${wanted.job?.jobId ?? null}::uuid end) as n,
      (select coalesce(sum(size), 0)::bigint from blobs) as bytes`);
  const most = wanted.job ? mostOfJob : mostOfRobot;
  if ((kept?.n ?? 0) >= most)
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `More than ${most} artifacts are not kept of one ${wanted.job ? 'job' : 'robot'}.`,
    );
  if (Number(kept?.bytes ?? 0) + wanted.size > context.artifacts.bytesPerTenant)
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      'All artifacts together have reached their limit. Older ones go within days; ARTIFACT_MB raises it.',
    );
}

async function findArtifactOf(db: Db, caller: Caller, id: string, robotId: string): Promise<ArtifactRow> {
  const [row] = await db.query<ArtifactRow>(sql`
    select ${artifactColumns} from ${artifactTables}
    where a.id = ${id}::uuid and a.workspace_id = ${caller.workspaceId}::uuid and a.robot_id = ${robotId}::uuid`);
  if (!row) throw noArtifact();
  return row;
}

async function tellJob(db: Db, caller: Caller, jobId: string | undefined): Promise<void> {
  if (jobId === undefined) return;
  await db.query(sql`
    insert into events (workspace_id, type, subject_id) values (${caller.workspaceId}::uuid, 'job.artifact', ${jobId}::uuid)`);
}

async function hashOf(context: Context, tenantId: string, hash: string, count: number): Promise<string> {
  const sum = createHash('sha256');
  for (let i = 0; i < count; i++) sum.update((await context.blobs.get(tenantId, hash, i)) ?? '');
  return sum.digest('hex');
}

function wrongContent(): AppError {
  return new AppError('VALIDATION', 'The content is not the one of its hash. Send it again from the beginning.', {
    details: { issues: [{ path: 'body.sha256', message: 'does not fit the content' }] },
  });
}
