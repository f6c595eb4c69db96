import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { presignAws } from './aws-signature.ts';
import { keyField, keysOf, objectUrl, storageFields } from './storage.ts';

const { endpoint, region, bucket, accessKey, secretKey, sessionToken, bucketInPath } = storageFields;

export const storagePresign = defineNode({
  type: 'storage.presign',
  version: 1,
  title: 'Share from storage',
  category: 'transfer',
  icon: 'share-2',
  description: 'Makes an address by which anybody may get or put one object of a storage until a time you choose.',
  synonyms: ['s3', 'presigned url', 'signed link', 'temporary link', 'aws'],
  params: z.strictObject({
    endpoint,
    region,
    bucket,
    accessKey,
    secretKey,
    sessionToken,
    bucketInPath,
    key: keyField,
    method: z.enum(['GET', 'PUT']).default('GET').meta({ title: 'Allows' }),
    seconds: z.int().min(1).max(604_800).default(3600).meta({ title: 'Valid for', unit: 's' }),
  }),
  output: z.object({ url: z.string(), expiresAt: z.string() }),
  effect: 'idempotent',
  examples: [
    {
      title: 'For a day',
      params: { bucket: 'reports', key: 'may.pdf', seconds: 86_400, accessKey: 'AK', secretKey: '${vars.secretKey}' },
    },
  ],
  run(ctx, { key, method, seconds, ...rest }) {
    const storage = { ...rest, timeoutMs: 0, maxRedirects: 0, verifyTls: true, proxyUrl: '' };
    const url = presignAws(method, objectUrl(storage, key), keysOf(storage), new Date(ctx.now()), seconds);
    return { output: { url, expiresAt: new Date(ctx.now() + seconds * 1000).toISOString() } };
  },
});
