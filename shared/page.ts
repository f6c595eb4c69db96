import { z } from 'zod';

/** Query of every list: newest first unless the resource says otherwise. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** `nextCursor` of the page before; opaque. */
  cursor: z.string().max(500).optional(),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const idSchema = z.uuid();
export const isoTimeSchema = z.iso.datetime({ offset: true });
export const idParamsSchema = z.strictObject({ id: idSchema });
