import { z } from 'zod';
import { vaultNameSchema } from './credential.ts';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

/** What an asset holds; `credential` holds the name of one. */
export const assetKindSchema = z.enum(['text', 'number', 'boolean', 'json', 'credential']);
export type AssetKind = z.infer<typeof assetKindSchema>;

const robotValueSchema = z.strictObject({ robotId: idSchema, value: z.json() });

const content = {
  description: z.string().max(2000),
  /** For robots without one of their own. */
  value: z.json(),
  robotValues: z.array(robotValueSchema).max(1000),
};

export const createAssetSchema = z.strictObject({
  name: vaultNameSchema,
  kind: assetKindSchema,
  description: content.description.default(''),
  value: content.value,
  robotValues: content.robotValues.default([]),
});
export type CreateAsset = z.input<typeof createAssetSchema>;

/** What is given is replaced as a whole. */
export const updateAssetSchema = z.strictObject(content).partial();
export type UpdateAsset = z.input<typeof updateAssetSchema>;

export const assetSchema = z.strictObject({
  id: idSchema,
  name: vaultNameSchema,
  kind: assetKindSchema,
  description: z.string(),
  value: z.json(),
  robotValues: z.array(robotValueSchema),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type Asset = z.infer<typeof assetSchema>;

export const assetListQuerySchema = pageQuerySchema.extend({
  kind: assetKindSchema.optional(),
  /** In the name or description. */
  search: z.string().max(200).optional(),
});

/** Why a value cannot stand in an asset of a kind; undefined when it can. */
export function assetFault(kind: AssetKind, value: unknown): string | undefined {
  const text = JSON.stringify(value) ?? '';
  if (text.length > 256 * 1024) return 'is larger than 256 KiB';
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? undefined : 'is not a text';
    case 'number':
      return typeof value === 'number' ? undefined : 'is not a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'is neither true nor false';
    case 'credential':
      return vaultNameSchema.safeParse(value).success ? undefined : 'is not the name of a credential';
    case 'json':
      return undefined;
  }
}
