import { ARTIFACT_CHUNK, AppError, type Artifact, type ArtifactKind, type ArtifactType } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface ArtifactRow {
  id: string;
  workspace_id: string;
  job_id: string | null;
  robot_id: string;
  robot_name: string;
  attempt: number | null;
  kind: ArtifactKind;
  name: string;
  content_type: ArtifactType;
  size: string | number;
  hash: string;
  taken_at: Date;
  created_at: Date;
  complete: boolean;
  pieces: number;
}

/** Columns of an ArtifactRow; the statement calls the artifacts `a`, their blobs `b` and their robots `r`. */
export const artifactColumns = sql`
  a.id, a.workspace_id, a.job_id, a.robot_id, r.name as robot_name, a.attempt, a.kind, a.name, a.content_type, a.size, a.hash,
  a.taken_at, a.created_at, b.complete, b.pieces`;
export const artifactTables = sql`
  artifacts a
  join blobs b on b.tenant_id = a.tenant_id and b.hash = a.hash
  join robots r on r.tenant_id = a.tenant_id and r.id = a.robot_id`;

export function toArtifact(row: ArtifactRow): Artifact {
  return {
    id: row.id,
    jobId: row.job_id,
    robotId: row.robot_id,
    robotName: row.robot_name,
    attempt: row.attempt,
    kind: row.kind,
    name: row.name,
    contentType: row.content_type,
    size: Number(row.size),
    sha256: row.hash,
    takenAt: row.taken_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    complete: row.complete,
  };
}

export function piecesOf(size: number): number {
  return Math.ceil(size / ARTIFACT_CHUNK);
}

export function noArtifact(): AppError {
  return new AppError('NOT_FOUND', 'There is no artifact with this id; they are kept for a week.');
}
