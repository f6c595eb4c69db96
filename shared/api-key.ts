import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';
import { roleSchema } from './roles.ts';
import { scopeSchema, SCOPES } from './scopes.ts';

/** `robot`: takes and reports jobs. `admin`: everything in its workspace. `service`: what its scopes say. */
export const keyKindSchema = z.enum(['robot', 'admin', 'service']);
export type KeyKind = z.infer<typeof keyKindSchema>;

/** Days after which a key ends at the latest. */
export const MOST_KEY_DAYS: Readonly<Record<KeyKind, number>> = { robot: 365, admin: 90, service: 365 };
/** A key that is used this rarely, or ends this soon, is marked in the list. */
export const UNUSED_KEY_DAYS = 60;
export const ENDS_SOON_DAYS = 14;

const expiresInDaysSchema = z.int().min(1).max(365);
const scopesSchema = z.array(scopeSchema).min(1).max(SCOPES.length);

export const createKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  kind: keyKindSchema,
  /** Of a service key, and of no other. */
  scopes: scopesSchema.optional(),
  /** Days until it ends; at most 365 (robot, service) or 90 (admin), which is also the default. */
  expiresInDays: expiresInDaysSchema.optional(),
});
export const rotateKeySchema = z.strictObject({
  /** How long the old key works beside the new one: at most a day; 0 ends it at once. */
  overlapMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .default(60),
  expiresInDays: expiresInDaysSchema.optional(),
});
export const apiKeySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  kind: keyKindSchema,
  /** What a service key may do; of other kinds nothing is listed, their kind says it. */
  scopes: z.array(scopeSchema),
  /** First characters and the last four, for recognising it. */
  display: z.string(),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  lastUsedAt: isoTimeSchema.nullable(),
  lastUsedAddress: z.string().nullable(),
  revokedAt: isoTimeSchema.nullable(),
  /** A newer key has taken its place; it works until `expiresAt`. */
  rotated: z.boolean(),
  /** It works, and ends within two weeks. */
  endsSoon: z.boolean(),
  /** It works, and nobody has used it for 60 days. */
  unused: z.boolean(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
/** `key` is shown this once. */
export const createKeyReplySchema = z.strictObject({ apiKey: apiKeySchema, key: z.string() });

/** A workspace somebody may work in; `role` of nobody is a key's or a super admin's. */
export const ownWorkspaceSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  tenantId: idSchema,
  tenantName: z.string(),
  role: roleSchema.nullable(),
});
export type OwnWorkspace = z.infer<typeof ownWorkspaceSchema>;

/** `GET /me`: who asks, where, and what they may do there. */
export const meSchema = z.strictObject({
  tenantId: idSchema,
  tenantName: z.string(),
  workspaceId: idSchema,
  workspaceName: z.string(),
  /** The key, or the session of a person. */
  keyId: idSchema,
  keyKind: z.enum([...keyKindSchema.options, 'person']),
  name: z.string(),
  scopes: z.array(scopeSchema),
  person: z
    .strictObject({ id: idSchema, email: z.string(), name: z.string(), super: z.boolean(), totp: z.boolean() })
    .nullable(),
  role: roleSchema.nullable(),
  /** Where a person may go with the header `X-Workspace`; of a key, its own. At most 200. */
  workspaces: z.array(ownWorkspaceSchema),
  version: z.string(),
});
export type Me = z.infer<typeof meSchema>;
