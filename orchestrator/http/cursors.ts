import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@casare/shared';

/** Where a list goes on: only as the server gave it, for the same list of the same tenant. */
export interface Cursors {
  sign(list: string, tenantId: string, place: string): string;
  /** Throws VALIDATION for anything that `sign` did not give. */
  open(list: string, tenantId: string, cursor: string): string;
}

const sealChars = 16;

export function createCursors(key: Buffer): Cursors {
  const sealOf = (list: string, tenantId: string, place: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([list, tenantId, place]))
      .digest('base64url')
      .slice(0, sealChars);
  return {
    sign: (list, tenantId, place) => `${place}.${sealOf(list, tenantId, place)}`,
    open(list, tenantId, cursor) {
      const place = cursor.slice(0, -sealChars - 1);
      const shown = Buffer.from(cursor.slice(place.length + 1));
      const seal = Buffer.from(sealOf(list, tenantId, place));
      if (shown.length === seal.length && timingSafeEqual(shown, seal)) return place;
      throw new AppError('VALIDATION', 'This cursor is not one that this list gave. Start without one.', {
        details: { issues: [{ path: 'query.cursor', message: 'not a cursor of this list' }] },
      });
    },
  };
}
