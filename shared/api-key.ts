import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';

export const keyKindSchema = z.enum(['robot', 'admin']);
export type KeyKind = z.infer<typeof keyKindSchema>;

export const createKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  kind: keyKindSchema,
  /** Days until it ends; at most 365 (robot) or 90 (admin). */
  expiresInDays: z.int().min(1).max(365).optional(),
});
export const apiKeySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  kind: keyKindSchema,
  /** First characters and the last four, for recognising it. */
  display: z.string(),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  lastUsedAt: isoTimeSchema.nullable(),
  revokedAt: isoTimeSchema.nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
/** `key` is shown this once. */
export const createKeyReplySchema = z.strictObject({ apiKey: apiKeySchema, key: z.string() });
/** `GET /me`: whose key this is. */
export const meSchema = z.strictObject({
  tenantId: idSchema,
  tenantName: z.string(),
  workspaceId: idSchema,
  workspaceName: z.string(),
  keyId: idSchema,
  keyKind: keyKindSchema,
  version: z.string(),
});
