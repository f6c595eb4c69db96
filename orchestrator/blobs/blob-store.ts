import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Contents in pieces, by tenant and hash. What is kept is sealed: whoever reads the place alone reads nothing. */
export interface BlobStore {
  put(tenantId: string, hash: string, index: number, piece: Buffer): Promise<void>;
  /** Undefined when it is not there, or is not what was put. */
  get(tenantId: string, hash: string, index: number): Promise<Buffer | undefined>;
  remove(tenantId: string, hash: string): Promise<void>;
}

/** A place that keeps sealed pieces. */
export type SealedStore = BlobStore;

const nonceBytes = 12;
const tagBytes = 16;

/** Seals everything under the key of its tenant, bound to its place. */
export function sealBlobs(place: SealedStore, keyOf: (tenantId: string) => Buffer): BlobStore {
  const bound = (tenantId: string, hash: string, index: number) => Buffer.from(`${tenantId}/${hash}/${index}`);
  return {
    put(tenantId, hash, index, piece) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(tenantId), nonce, { authTagLength: tagBytes });
      cipher.setAAD(bound(tenantId, hash, index));
      const body = Buffer.concat([cipher.update(piece), cipher.final()]);
      return place.put(tenantId, hash, index, Buffer.concat([nonce, cipher.getAuthTag(), body]));
    },
    async get(tenantId, hash, index) {
      const sealed = await place.get(tenantId, hash, index);
      if (sealed === undefined || sealed.length < nonceBytes + tagBytes) return undefined;
      const key = keyOf(tenantId);
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(bound(tenantId, hash, index));
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
    remove: (tenantId, hash) => place.remove(tenantId, hash),
  };
}
