import { basename, join } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { isFine } from '../../web/statuses.ts';
import { keyField, objectUrl, signedFor, storageFields, storageRefusal } from './storage.ts';

export const storageGet = defineNode({
  type: 'storage.get',
  version: 1,
  title: 'Get from storage',
  category: 'transfer',
  icon: 'cloud-download',
  description: 'Saves an object of S3 or a storage that speaks the same as a file.',
  synonyms: ['s3', 'bucket', 'download', 'minio', 'object storage', 'aws'],
  params: z.strictObject({
    ...storageFields,
    key: keyField,
    path: z.string().min(1).max(4096).default('downloads/').meta({
      title: 'Save as',
      description: 'A path that ends in / keeps the name of the object.',
      'x-widget': 'file',
    }),
    overwrite: z
      .boolean()
      .default(true)
      .meta({ title: 'Overwrite', description: 'Replace a file that is there already.' }),
    maxMegabytes: z.int().min(1).max(102_400).default(1024).meta({ title: 'At most', unit: 'MiB', 'x-advanced': true }),
  }),
  output: z.object({
    path: z.string(),
    size: z.int(),
    contentType: z.string(),
    etag: z.string(),
    metadata: z.record(z.string(), z.string()),
  }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    {
      title: 'A report',
      params: { bucket: 'reports', key: '2026/may.pdf', accessKey: 'AK', secretKey: '${vars.secretKey}' },
    },
  ],
  async run(ctx, params) {
    const { key, path, overwrite, maxMegabytes } = params;
    const request = await signedFor(ctx, params, {
      method: 'GET',
      url: objectUrl(params, key),
      // A packed answer would be unpacked, and then not be the object any more.
      headers: { 'accept-encoding': 'identity' },
      maxBytes: maxMegabytes * 1024 * 1024,
    });
    const answer = await ctx.http.stream(request, ctx.signal);
    if (!isFine(answer.status, '2xx')) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.body) chunks.push(chunk);
      throw await storageRefusal(answer, Buffer.concat(chunks), 'GET');
    }
    const name = basename(key.replaceAll('\\', '/')).replaceAll(/[\u0000-\u001f<>:"|?*]/g, '_') || 'object';
    const target = /[\\/]$/.test(path) ? join(path, name) : path;
    const written = await ctx.files.write(target, answer.body, { overwrite, signal: ctx.signal });
    const meta = Object.entries(answer.headers).flatMap(([header, value]) =>
      header.startsWith('x-amz-meta-') ? [[header.slice('x-amz-meta-'.length), value] as const] : [],
    );
    return {
      output: {
        ...written,
        contentType: answer.headers['content-type'] ?? '',
        etag: (answer.headers['etag'] ?? '').replaceAll('"', ''),
        metadata: Object.fromEntries(meta),
      },
    };
  },
});
