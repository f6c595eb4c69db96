import { Readable } from 'node:stream';
import { AppError, type Artifact } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { getJob } from '../jobs/list.ts';
import type { Caller } from '../keys/verify.ts';
import { type ArtifactRow, artifactColumns, artifactTables, noArtifact, piecesOf, toArtifact } from './artifact-row.ts';

/** Newest attempt first, as they were taken. */
export async function listJobArtifacts(context: Context, caller: Caller, jobId: string) {
  await getJob(context, caller, jobId);
  const rows = await oneInTenant<ArtifactRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${artifactColumns} from ${artifactTables}
      where a.job_id = ${jobId}::uuid and a.workspace_id = ${caller.workspaceId}::uuid
      order by a.attempt desc, a.taken_at, a.id limit 200`,
  );
  return { artifacts: rows.map(toArtifact) };
}

export async function getArtifact(context: Context, caller: Caller, id: string): Promise<Artifact> {
  return toArtifact(await find(context, caller, id));
}

/** The content as bytes, for a browser to save and never to show as a page of ours. */
export async function readArtifact(context: Context, caller: Caller, id: string) {
  const row = await findComplete(context, caller, id);
  const count = piecesOf(Number(row.size));
  async function* pieces() {
    for (let i = 0; i < count; i++) yield await pieceOf(context, caller, row, i);
  }
  return { row: toArtifact(row), content: Readable.from(pieces(), { objectMode: false }) };
}

export async function readArtifactPiece(context: Context, caller: Caller, id: string, index: number) {
  const row = await findComplete(context, caller, id);
  const pieces = piecesOf(Number(row.size));
  if (index >= pieces) throw noArtifact();
  return { data: (await pieceOf(context, caller, row, index)).toString('base64'), pieces };
}

async function pieceOf(context: Context, caller: Caller, { hash }: ArtifactRow, index: number): Promise<Buffer> {
  const piece = await context.blobs.get(caller.tenantId, hash, index);
  if (piece) return piece;
  throw new AppError('NOT_FOUND', 'The content of this artifact is gone, or was changed where it is kept.');
}

async function findComplete(context: Context, caller: Caller, id: string): Promise<ArtifactRow> {
  const row = await find(context, caller, id);
  if (row.complete) return row;
  throw new AppError('CONFLICT', 'The robot is still sending this artifact. Try again in a moment.', {
    retryable: true,
  });
}

async function find(context: Context, caller: Caller, id: string): Promise<ArtifactRow> {
  const [row] = await oneInTenant<ArtifactRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${artifactColumns} from ${artifactTables}
      where a.id = ${id}::uuid and a.workspace_id = ${caller.workspaceId}::uuid`,
  );
  if (!row) throw noArtifact();
  return row;
}
