import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { parseXml } from '../../formats/xml.ts';
import { isFine } from '../../web/statuses.ts';
import { objectUrl, signedFor, storageFields, storageRefusal } from './storage.ts';

const listSchema = z.object({
  ListBucketResult: z.object({
    IsTruncated: z.string().default('false'),
    NextContinuationToken: z.string().optional(),
    Contents: z
      .array(
        z.object({
          Key: z.string(),
          Size: z.coerce.number(),
          ETag: z.string().default(''),
          LastModified: z.string().default(''),
        }),
      )
      .default([]),
    CommonPrefixes: z.array(z.object({ Prefix: z.string() })).default([]),
  }),
});

export const storageList = defineNode({
  type: 'storage.list',
  version: 1,
  title: 'List storage',
  category: 'transfer',
  icon: 'list-tree',
  description: 'Lists the objects of a bucket in S3 or a storage that speaks the same.',
  synonyms: ['s3', 'bucket', 'objects', 'minio', 'aws', 'find'],
  params: z.strictObject({
    ...storageFields,
    prefix: z.string().max(1024).default('').meta({ title: 'Begins with', placeholder: 'reports/2026/' }),
    recursive: z.boolean().default(true).meta({ title: 'With subfolders' }),
    maxObjects: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .meta({ title: 'At most', unit: 'objects', 'x-advanced': true }),
  }),
  output: z.object({
    objects: z.array(z.object({ key: z.string(), size: z.number(), etag: z.string(), modifiedAt: z.string() })),
    folders: z.array(z.string()),
    count: z.int(),
    isComplete: z.boolean(),
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'A folder',
      params: { bucket: 'reports', prefix: '2026/', accessKey: 'AK', secretKey: '${vars.secretKey}' },
    },
  ],
  async run(ctx, params) {
    const { prefix, recursive, maxObjects } = params;
    const objects: { key: string; size: number; etag: string; modifiedAt: string }[] = [];
    const folders = new Set<string>();
    let token: string | undefined;
    do {
      const url = objectUrl(params, '');
      const query = {
        'list-type': '2',
        'max-keys': String(Math.min(1000, maxObjects - objects.length)),
        ...(prefix === '' ? {} : { prefix }),
        ...(recursive ? {} : { delimiter: '/' }),
        ...(token === undefined ? {} : { 'continuation-token': token }),
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const answer = await ctx.http.request(await signedFor(ctx, params, { method: 'GET', url }), ctx.signal);
      if (!isFine(answer.status, '2xx')) throw await storageRefusal(answer, answer.body, 'GET');
      const xml = new TextDecoder().decode(answer.body);
      const data = await parseXml(xml, 'The answer of the storage', {
        lists: ['Contents', 'CommonPrefixes'],
        typed: false,
      });
      const { ListBucketResult: page } = listSchema.parse(data);
      for (const { Key: key, Size: size, ETag: etag, LastModified: modifiedAt } of page.Contents)
        objects.push({ key, size, etag: etag.replaceAll(/"|&quot;/g, ''), modifiedAt });
      for (const { Prefix } of page.CommonPrefixes) folders.add(Prefix);
      token = page.IsTruncated === 'true' ? page.NextContinuationToken : undefined;
    } while (token !== undefined && objects.length < maxObjects);
    return { output: { objects, folders: [...folders], count: objects.length, isComplete: token === undefined } };
  },
});
