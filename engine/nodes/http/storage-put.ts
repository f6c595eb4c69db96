import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileUpload } from '../../web/file-upload.ts';
import { isFine } from '../../web/statuses.ts';
import { keyField, objectUrl, signedFor, storageFields, storageRefusal } from './storage.ts';

const largest = 5 * 1024 ** 3;

export const storagePut = defineNode({
  type: 'storage.put',
  version: 1,
  title: 'Put into storage',
  category: 'transfer',
  icon: 'cloud-upload',
  description: 'Stores a file or a text as an object in S3 or a storage that speaks the same.',
  synonyms: ['s3', 'bucket', 'upload', 'minio', 'object storage', 'aws'],
  params: z.strictObject({
    ...storageFields,
    key: keyField,
    from: z.enum(['file', 'text']).default('file').meta({ title: 'What' }),
    path: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'File', 'x-widget': 'file', 'x-show-if': { from: ['file'] } }),
    text: z
      .string()
      .max(16_777_216)
      .default('')
      .meta({ title: 'Text', 'x-widget': 'textarea', 'x-show-if': { from: ['text'] } }),
    contentType: z.string().max(200).default('').meta({ title: 'Content type', placeholder: 'application/pdf' }),
    metadata: z
      .record(z.string().regex(/^[\w-]{1,100}$/), z.string().max(2000))
      .default({})
      .meta({ title: 'Metadata', 'x-widget': 'keyvalue', 'x-advanced': true }),
  }),
  output: z.object({ key: z.string(), size: z.int(), etag: z.string() }),
  effect: 'idempotent',
  examples: [
    {
      title: 'A report',
      params: {
        bucket: 'reports',
        key: '2026/may.pdf',
        path: 'output/may.pdf',
        accessKey: 'AK',
        secretKey: '${vars.secretKey}',
      },
    },
  ],
  async run(ctx, params) {
    const { key, from, path, text, contentType, metadata } = params;
    const body = from === 'file' ? await fileUpload(ctx, path) : new TextEncoder().encode(text);
    const size = body instanceof Uint8Array ? body.byteLength : body.length;
    if (size > largest)
      throw new AppError('PAYLOAD_TOO_LARGE', 'An object put in one piece has at most 5 GiB. Split the file.', {
        details: { size },
      });
    const meta = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]);
    const request = await signedFor(ctx, params, {
      method: 'PUT',
      url: objectUrl(params, key),
      body,
      headers: {
        'content-type': contentType || (from === 'text' ? 'text/plain; charset=utf-8' : 'application/octet-stream'),
        ...Object.fromEntries(meta),
      },
    });
    const answer = await ctx.http.request(request, ctx.signal);
    if (!isFine(answer.status, '2xx')) throw await storageRefusal(answer, answer.body, 'PUT');
    return { output: { key, size, etag: (answer.headers['etag'] ?? '').replaceAll('"', '') } };
  },
});
