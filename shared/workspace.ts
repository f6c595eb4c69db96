import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';

const nameSchema = z.string().trim().min(1).max(200);

export const workspaceSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  createdAt: isoTimeSchema,
  /** Since then its keys are refused and nobody can choose it. */
  disabledAt: isoTimeSchema.nullable(),
});
export type WorkspaceResource = z.infer<typeof workspaceSchema>;
export const createWorkspaceSchema = z.strictObject({ name: nameSchema });
export const changeWorkspaceSchema = z
  .strictObject({ name: nameSchema, disabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'name or disabled is needed');

export const tenantSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  createdAt: isoTimeSchema,
  /** Since then all its keys and people are refused. */
  disabledAt: isoTimeSchema.nullable(),
  workspaces: z.int(),
});
export type Tenant = z.infer<typeof tenantSchema>;
export const createTenantSchema = z.strictObject({
  name: nameSchema,
  /** Name of its first workspace. */
  workspace: nameSchema.default('Default'),
});
export const createTenantReplySchema = z.strictObject({ tenant: tenantSchema, workspaceId: idSchema });
export const changeTenantSchema = z
  .strictObject({ name: nameSchema, disabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'name or disabled is needed');
