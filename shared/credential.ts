import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

/** Name of a credential or an asset, as expressions write it: `${credentials.crm.password}`. */
export const vaultNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, _ and -, 64 at most');

/** The fields of each kind; those listed as secret are masked wherever a run shows something. */
export const CREDENTIAL_KINDS = {
  login: { fields: ['username', 'password'], secret: ['password'] },
  token: { fields: ['token'], secret: ['token'] },
  keyPair: { fields: ['publicKey', 'privateKey', 'passphrase'], secret: ['privateKey', 'passphrase'] },
  certificate: { fields: ['certificate', 'privateKey', 'passphrase'], secret: ['privateKey', 'passphrase'] },
  connection: { fields: ['connectionString'], secret: ['connectionString'] },
  /** Fields of any names, all of them secret. */
  fields: { fields: [], secret: [] },
} as const satisfies Record<string, { fields: readonly string[]; secret: readonly string[] }>;
export type CredentialKind = keyof typeof CREDENTIAL_KINDS;
export const credentialKindSchema = z.enum(Object.keys(CREDENTIAL_KINDS) as [CredentialKind, ...CredentialKind[]]);

const fieldNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a letter or _, then letters, digits and _');

/** Values by field. They go in and never come out again, but to a robot that runs a job which uses them. */
export const credentialFieldsSchema = z
  .record(fieldNameSchema, z.string().max(64_000))
  .refine((fields) => Object.keys(fields).length >= 1 && Object.keys(fields).length <= 50, '1 to 50 fields');
export type CredentialFields = z.infer<typeof credentialFieldsSchema>;

/** Whether a field of a kind is masked. */
export function isSecretField(kind: CredentialKind, field: string): boolean {
  const known: readonly string[] = CREDENTIAL_KINDS[kind].fields;
  const secret: readonly string[] = CREDENTIAL_KINDS[kind].secret;
  return !known.includes(field) || secret.includes(field);
}

/** What is wrong with the fields of a credential, in words; empty when nothing is. */
export function credentialFaults(kind: CredentialKind, fields: CredentialFields): string[] {
  const known: readonly string[] = CREDENTIAL_KINDS[kind].fields;
  if (known.length === 0) return [];
  const faults = Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((name) => `a credential of the kind "${kind}" has no field "${name}" (it has ${known.join(', ')})`);
  const secret: readonly string[] = CREDENTIAL_KINDS[kind].secret;
  if (!secret.some((name) => (fields[name] ?? '') !== '')) faults.push(`${secret.join(' or ')} is missing`);
  return faults;
}

/** Where the values of a credential are when they are not here: a path of a store, and which of its keys each field is. */
export const externalSecretSchema = z.strictObject({
  store: vaultNameSchema,
  path: z.string().min(1).max(500),
  /** Field of the credential → key at the path. Absent: all keys, under their own names. */
  fields: z.record(fieldNameSchema, z.string().min(1).max(200)).optional(),
});
export type ExternalSecret = z.infer<typeof externalSecretSchema>;

const hostPatternSchema = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$|^[0-9a-f:]{2,45}$/,
    'a host such as api.example.com or *.example.com',
  );

const settings = {
  description: z.string().max(2000),
  /** Hosts it may be sent to; empty: any. */
  allowedHosts: z.array(hostPatternSchema).max(100),
  /** Workflows and robots that may use it; empty: all. */
  allowedWorkflows: z.array(idSchema).max(500),
  allowedRobots: z.array(idSchema).max(500),
};

const value = {
  fields: credentialFieldsSchema.optional(),
  external: externalSecretSchema.optional(),
};

export const createCredentialSchema = z.strictObject({
  name: vaultNameSchema,
  kind: credentialKindSchema,
  description: settings.description.default(''),
  allowedHosts: settings.allowedHosts.default([]),
  allowedWorkflows: settings.allowedWorkflows.default([]),
  allowedRobots: settings.allowedRobots.default([]),
  ...value,
});
export type CreateCredential = z.input<typeof createCredentialSchema>;

export const updateCredentialSchema = z.strictObject(settings).partial();
/** A new version of the values; those before are no longer given out. */
export const rotateCredentialSchema = z.strictObject(value);

/** Everything but the values. */
export const credentialSchema = z.strictObject({
  id: idSchema,
  name: vaultNameSchema,
  kind: credentialKindSchema,
  description: z.string(),
  fieldNames: z.array(z.string()),
  external: externalSecretSchema.nullable(),
  allowedHosts: z.array(z.string()),
  allowedWorkflows: z.array(idSchema),
  allowedRobots: z.array(idSchema),
  version: z.int(),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
  rotatedAt: isoTimeSchema,
  lastReadAt: isoTimeSchema.nullable(),
});
export type Credential = z.infer<typeof credentialSchema>;

export const credentialListQuerySchema = pageQuerySchema.extend({
  kind: credentialKindSchema.optional(),
  /** In the name or description. */
  search: z.string().max(200).optional(),
});

/** A published workflow that names a credential or an asset. */
export const vaultUseSchema = z.strictObject({
  workflowId: idSchema,
  workflowName: z.string(),
  version: z.int(),
});
export const vaultUsesSchema = z.strictObject({ workflows: z.array(vaultUseSchema).max(500) });
export const credentialReadSchema = z.strictObject({
  at: isoTimeSchema,
  jobId: idSchema,
  robotId: idSchema,
  robotName: z.string(),
  workflowName: z.string(),
  version: z.int(),
});
export const credentialUsesSchema = z.strictObject({
  workflows: z.array(vaultUseSchema).max(500),
  /** The last ones, newest first. */
  reads: z.array(credentialReadSchema).max(50),
});
export type CredentialUses = z.infer<typeof credentialUsesSchema>;

/** Deleting what published workflows use is refused unless the caller says that it knows. */
export const deleteVaultEntryQuerySchema = z.strictObject({ force: z.enum(['true', 'false']).default('false') });

/** Names for the editor; no secret is among them. */
export const vaultNamesSchema = z.strictObject({
  credentials: z
    .array(z.strictObject({ name: z.string(), kind: credentialKindSchema, fieldNames: z.array(z.string()) }))
    .max(10_000),
  assets: z.array(z.strictObject({ name: z.string(), kind: z.string() })).max(10_000),
});
export type VaultNames = z.infer<typeof vaultNamesSchema>;

/** How many secrets of the tenant each key of the server seals; an older key can go when its number is 0 for all tenants. */
export const vaultKeysSchema = z.strictObject({
  current: z.string(),
  keys: z.array(z.strictObject({ id: z.string(), known: z.boolean(), secrets: z.int() })).max(1000),
});

/** `POST /jobs/{id}/vault`: what the document of the job names, for the robot that holds it. */
export const readVaultSchema = z.strictObject({
  fence: z.int(),
  credentials: z.array(vaultNameSchema).max(200).default([]),
  assets: z.array(vaultNameSchema).max(500).default([]),
});

/** A credential as a run has it. */
export const runCredentialSchema = z.strictObject({
  name: z.string(),
  fields: z.record(z.string(), z.string()),
  /** Texts that the run masks, also those it had from an earlier version. */
  masked: z.array(z.string()),
  /** Hosts it may be sent to; empty: any. */
  hosts: z.array(z.string()),
});
export type RunCredential = z.infer<typeof runCredentialSchema>;

export const runVaultSchema = z.strictObject({
  credentials: z.array(runCredentialSchema),
  assets: z.array(
    z.strictObject({
      name: z.string(),
      value: z.json(),
      /** The asset stands for this credential. */
      credential: z.string().optional(),
    }),
  ),
});
export type RunVault = z.infer<typeof runVaultSchema>;
