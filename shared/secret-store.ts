import { z } from 'zod';
import { vaultNameSchema } from './credential.ts';
import { idSchema, isoTimeSchema } from './page.ts';

/** Kinds of stores that secrets can be read from. */
export const SECRET_PROVIDERS = ['vault'] as const;

const settingsSchema = z.strictObject({
  /** Address of the store; the server must allow it (`SECRET_STORES`). */
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** Where its key-value engine (version 2) is mounted. */
  mount: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_/-]{0,199}$/, 'letters, digits, _, - and /')
    .default('secret'),
  namespace: z.string().max(200).optional(),
  /** `token`: as it is. `approle`: signs in with `roleId` and the secret id. */
  auth: z.enum(['token', 'approle']).default('token'),
  roleId: z.string().min(1).max(200).optional(),
  /** Certificates (PEM) that it may be signed by, besides those the system trusts. */
  certificates: z.string().max(100_000).optional(),
});
export type SecretStoreSettings = z.output<typeof settingsSchema>;

export const putSecretStoreSchema = z.strictObject({
  name: vaultNameSchema,
  provider: z.enum(SECRET_PROVIDERS).default('vault'),
  settings: settingsSchema,
  /** The token, or the secret id of the role. Never answered. */
  secret: z.string().min(1).max(5000),
});
export type PutSecretStore = z.input<typeof putSecretStoreSchema>;

export const secretStoreSchema = z.strictObject({
  id: idSchema,
  name: vaultNameSchema,
  provider: z.enum(SECRET_PROVIDERS),
  settings: settingsSchema,
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type SecretStore = z.infer<typeof secretStoreSchema>;
