import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

/** Something a person, a key or a robot changed or was shown. Entries are never changed and never deleted. */
export const auditEntrySchema = z.strictObject({
  id: idSchema,
  at: isoTimeSchema,
  /** Name of the person or key, with enough of it to tell it from others. */
  actor: z.string(),
  /** `job.cancel`, `key.create` … */
  action: z.string(),
  subjectId: idSchema.nullable(),
  /** What changed; secrets are never in it. */
  details: z.record(z.string(), z.json()),
  /** Finds the request in the log of the orchestrator. */
  requestId: z.string().nullable(),
  address: z.string().nullable(),
  /** Its place in the chain; null in the first second. */
  seq: z.int().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditListQuerySchema = pageQuerySchema.extend({
  /** In the actor, the action, the address, the request id and the details. */
  search: z.string().max(200).optional(),
  /** An action, or the beginning of some: `job.` */
  action: z.string().max(100).optional(),
  subjectId: idSchema.optional(),
  from: isoTimeSchema.optional(),
  to: isoTimeSchema.optional(),
});

/** Whether the chain of the tenant is whole. */
export const auditCheckSchema = z.strictObject({
  whole: z.boolean(),
  /** Entries that were checked. */
  entries: z.int(),
  /** Entries of the last second, not yet in the chain. */
  unsealed: z.int(),
  /** The end of the chain: note it elsewhere, and nobody can cut the chain shorter unnoticed. */
  head: z.strictObject({ seq: z.int(), seal: z.string() }).nullable(),
  /** Where it breaks first. */
  broken: z.strictObject({ seq: z.int(), id: idSchema.nullable(), reason: z.string() }).nullable(),
});
export type AuditCheck = z.infer<typeof auditCheckSchema>;
