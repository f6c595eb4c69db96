import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';

/** Bytes of one artifact, and of one piece of its upload. */
export const LARGEST_ARTIFACT = 32 * 1024 * 1024;
export const ARTIFACT_CHUNK = 768 * 1024;

/** `report`: what a robot said about a job that was no longer its own; kept as evidence. */
export const ARTIFACT_KINDS = ['screenshot', 'html', 'trace', 'log', 'report'] as const;
export const artifactKindSchema = z.enum(ARTIFACT_KINDS);
export type ArtifactKind = z.infer<typeof artifactKindSchema>;

/** What an artifact may be; shown and downloaded as nothing else. */
export const ARTIFACT_TYPES = [
  'image/png',
  'image/jpeg',
  'text/html',
  'text/plain',
  'application/json',
  'application/zip',
] as const;
export const artifactTypeSchema = z.enum(ARTIFACT_TYPES);
export type ArtifactType = z.infer<typeof artifactTypeSchema>;

const described = {
  kind: artifactKindSchema,
  name: z.string().min(1).max(200),
  contentType: artifactTypeSchema,
  size: z.int().min(1).max(LARGEST_ARTIFACT),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  takenAt: isoTimeSchema,
};

/** A robot says what it is about to send; the content follows in pieces. */
export const declareArtifactSchema = z.strictObject({
  instanceId: z.uuid(),
  ...described,
  /** Of a job; absent: of the robot. */
  job: z
    .strictObject({
      jobId: idSchema,
      fence: z.int(),
      attempt: z.int().min(1),
      /** HMAC-SHA256 in base64, under the journal key, of `artifact <fence> <sha256>`: only a holder of the job has that key. */
      proof: z.string().length(44),
    })
    .optional(),
});
export type DeclareArtifact = z.infer<typeof declareArtifactSchema>;
/** `next`: number of the first piece that is missing; `complete`: nothing is. */
export const declareArtifactReplySchema = z.strictObject({ id: idSchema, next: z.int(), complete: z.boolean() });

export const artifactChunkSchema = z.strictObject({
  instanceId: z.uuid(),
  index: z
    .int()
    .min(0)
    .max(Math.ceil(LARGEST_ARTIFACT / ARTIFACT_CHUNK)),
  /** base64. */
  data: z.base64().max(Math.ceil(ARTIFACT_CHUNK / 3) * 4),
});
export const artifactChunkReplySchema = z.strictObject({ next: z.int(), complete: z.boolean() });

export const artifactSchema = z.strictObject({
  id: idSchema,
  jobId: idSchema.nullable(),
  robotId: idSchema,
  robotName: z.string(),
  attempt: z.int().nullable(),
  ...described,
  createdAt: isoTimeSchema,
  /** False while pieces are still to come. */
  complete: z.boolean(),
});
export type Artifact = z.infer<typeof artifactSchema>;
export const artifactListSchema = z.strictObject({ artifacts: z.array(artifactSchema) });

/** `GET /artifacts/:id/piece`: a part of the content as JSON, for who cannot take bytes. */
export const artifactPieceQuerySchema = z.strictObject({ index: z.coerce.number().int().min(0).default(0) });
export const artifactPieceSchema = z.strictObject({ data: z.string(), pieces: z.int() });
