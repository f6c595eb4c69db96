import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { isFine } from '../../web/statuses.ts';
import { keyField, objectUrl, signedFor, storageFields, storageRefusal } from './storage.ts';

export const storageDelete = defineNode({
  type: 'storage.delete',
  version: 1,
  title: 'Delete from storage',
  category: 'transfer',
  icon: 'trash-2',
  description: 'Deletes objects of S3 or a storage that speaks the same; what is gone already is fine.',
  synonyms: ['s3', 'bucket', 'remove', 'minio', 'aws'],
  params: z.strictObject({
    ...storageFields,
    keys: z.array(keyField).min(1).max(1000).meta({ title: 'Objects', 'x-widget': 'list' }),
  }),
  output: z.object({ count: z.int() }),
  effect: 'idempotent',
  examples: [
    {
      title: 'A report',
      params: { bucket: 'reports', keys: ['2026/may.pdf'], accessKey: 'AK', secretKey: '${vars.secretKey}' },
    },
  ],
  async run(ctx, params) {
    for (const [i, key] of params.keys.entries()) {
      const request = await signedFor(ctx, params, { method: 'DELETE', url: objectUrl(params, key) });
      const answer = await ctx.http.request(request, ctx.signal);
      if (!isFine(answer.status, '2xx, 404') || (answer.status === 404 && isBucketMissing(answer.body)))
        throw await storageRefusal(answer, answer.body, 'DELETE');
      ctx.progress((i + 1) / params.keys.length);
    }
    return { output: { count: params.keys.length } };
  },
});

function isBucketMissing(body: Uint8Array): boolean {
  return new TextDecoder().decode(body.subarray(0, 2000)).includes('NoSuchBucket');
}
