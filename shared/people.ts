import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { roleSchema } from './roles.ts';

export const emailSchema = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email().max(254));
/** Long enough not to be guessed; no rules about which characters, they make people choose worse ones. */
export const newPasswordSchema = z.string().min(12, 'at least 12 characters').max(200);
/** What somebody types to prove who they are; rules for new ones are no help against old ones. */
const passwordSchema = z.string().min(1).max(200);
const personNameSchema = z.string().trim().min(1).max(100);
const tokenSchema = z.string().min(1).max(300);
/** Six digits of an app, or a recovery code. */
const codeSchema = z.string().trim().min(6).max(40);

export const signInSchema = z.strictObject({
  email: emailSchema,
  password: passwordSchema,
  /** The second factor of whoever has one. */
  code: codeSchema.optional(),
  /** For who has the same address in several tenants. */
  tenantId: idSchema.optional(),
});
/** Tokens of a session. The access token goes with every request; the refresh token is good for one refresh. */
export const sessionTokensSchema = z.strictObject({
  accessToken: z.string(),
  accessExpiresAt: isoTimeSchema,
  refreshToken: z.string(),
  /** The session ends here, however often it is refreshed. */
  sessionExpiresAt: isoTimeSchema,
  person: z.strictObject({ id: idSchema, email: z.string(), name: z.string() }),
});
export type SessionTokens = z.infer<typeof sessionTokensSchema>;
export const refreshSchema = z.strictObject({ refreshToken: tokenSchema });

export const setupStateSchema = z.strictObject({
  /** Nobody can come in yet: `POST /setup` with the setup token makes the first person. */
  needed: z.boolean(),
});
export const setupSchema = z.strictObject({
  token: tokenSchema,
  email: emailSchema,
  name: personNameSchema,
  password: newPasswordSchema,
});

export const sessionSchema = z.strictObject({
  id: idSchema,
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  lastUsedAt: isoTimeSchema,
  lastUsedAddress: z.string().nullable(),
  /** The one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;
export const sessionListSchema = z.strictObject({ items: z.array(sessionSchema) });

export const changePasswordSchema = z.strictObject({ current: passwordSchema, next: newPasswordSchema });

/** Of a member of the workspace. */
export const personSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  super: z.boolean(),
  /** Whether a second factor is asked for. */
  totp: z.boolean(),
  createdAt: isoTimeSchema,
  /** Sessions that are alive. */
  sessions: z.int(),
  lastSeenAt: isoTimeSchema.nullable(),
});
export type Person = z.infer<typeof personSchema>;
export const personListQuerySchema = pageQuerySchema.extend({ search: z.string().max(200).optional() });
export const setRoleSchema = z.strictObject({ role: roleSchema });
export const setSuperSchema = z.strictObject({ super: z.boolean() });

export const inviteSchema = z.strictObject({
  email: emailSchema,
  role: roleSchema,
  expiresInDays: z.int().min(1).max(30).default(7),
});
export const invitationSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;
/** `token` is shown this once; give it to the person yourself. */
export const inviteReplySchema = z.strictObject({ invitation: invitationSchema, token: z.string() });
export const acceptInvitationSchema = z.strictObject({
  token: tokenSchema,
  name: personNameSchema,
  /** Of a new person the password they choose; of one known in the tenant the password they have. */
  password: passwordSchema,
  code: codeSchema.optional(),
});

export const startTotpSchema = z.strictObject({ password: passwordSchema });
export const startTotpReplySchema = z.strictObject({
  /** For typing into the app. */
  secret: z.string(),
  /** For a QR code. */
  url: z.string(),
});
export const confirmTotpSchema = z.strictObject({ code: codeSchema });
/** Each is good once, instead of a code. */
export const recoveryCodesSchema = z.strictObject({ recoveryCodes: z.array(z.string()) });
export const endTotpSchema = z.strictObject({ password: passwordSchema, code: codeSchema });

export const socketTicketSchema = z.strictObject({
  /** Opens one socket, within half a minute. */
  ticket: z.string(),
  expiresAt: isoTimeSchema,
});
