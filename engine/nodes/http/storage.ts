import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { parseXml } from '../../formats/xml.ts';
import type { HttpHead, HttpRequest } from '../../resources/http.ts';
import { refusal } from '../../web/refusal.ts';
import { type AwsKeys, awsEncode } from './aws-signature.ts';
import { limitFields, limitsOf } from './fields.ts';
import { awsHeaders } from './send.ts';

/** Parameters of every storage step: S3 itself and whatever speaks the same. */
export const storageFields = {
  endpoint: z.string().max(4096).default('').meta({
    title: 'Endpoint',
    placeholder: 'https://minio.example.com',
    description: 'Empty for Amazon S3 itself.',
  }),
  region: z.string().min(1).max(100).default('us-east-1').meta({ title: 'Region' }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i, '3 to 63 letters, digits, dots and dashes')
    .meta({ title: 'Bucket' }),
  accessKey: z.string().max(500).default('').meta({ title: 'Access key' }),
  secretKey: z.string().max(5000).default('').meta({ title: 'Secret key', 'x-widget': 'password' }),
  sessionToken: z
    .string()
    .max(20_000)
    .default('')
    .meta({ title: 'Session token', 'x-widget': 'password', 'x-advanced': true }),
  bucketInPath: z.boolean().default(true).meta({
    title: 'Bucket in the path',
    description: 'Off: the bucket is part of the host name.',
    'x-advanced': true,
  }),
  ...limitFields,
};

const storageSchema = z.object(storageFields);
export type Storage = z.output<typeof storageSchema>;

export const keyField = z
  .string()
  .min(1)
  .max(1024)
  .meta({ title: 'Object', placeholder: 'reports/2026/may.pdf', description: 'Its key: the name with folders.' });

export function objectUrl({ endpoint, region, bucket, bucketInPath }: Storage, key: string): URL {
  const given = endpoint === '' ? `https://s3.${region}.amazonaws.com` : endpoint;
  if (!URL.canParse(given))
    throw new AppError(
      'HTTP_FAILED',
      `"${given.slice(0, 200)}" is no address. Write the endpoint in full, with https://.`,
    );
  const url = new URL(given);
  if (!bucketInPath) url.hostname = `${bucket}.${url.hostname}`;
  const parts = [...(bucketInPath ? [bucket] : []), ...(key === '' ? [] : [key])].join('/');
  // "." and ".." in a key would be taken as steps in the path.
  if (parts.split('/').some((part) => part === '.' || part === '..'))
    throw new AppError('PARAMS_INVALID', `The key "${key}" holds "." or ".." as a folder. Choose another name.`);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${parts.split('/').map(awsEncode).join('/')}`;
  return url;
}

export function keysOf({ accessKey, secretKey, sessionToken, region }: Storage): AwsKeys {
  return { accessKey, secretKey, sessionToken, region, service: 's3' };
}

/** The request signed for the storage. It follows no redirect: a signature holds for one host. */
export async function signedFor(
  ctx: NodeContext,
  storage: Storage,
  request: Pick<HttpRequest, 'method' | 'body' | 'headers' | 'maxBytes'> & { url: URL },
): Promise<HttpRequest> {
  const plain: HttpRequest = { ...request, url: request.url.href, ...limitsOf(storage), maxRedirects: 0 };
  return { ...plain, headers: { ...plain.headers, ...(await awsHeaders(ctx, plain, keysOf(storage))) } };
}

/** What the storage says in its XML is more than its status does. */
export async function storageRefusal(head: HttpHead, body: Uint8Array, method: string): Promise<AppError> {
  const text = new TextDecoder().decode(body.subarray(0, 100_000));
  const plain = refusal(head, body, method);
  const data = await parseXml(text, 'The answer of the storage', { lists: [], typed: false }).catch(() => undefined);
  const fault = z.object({ Error: z.object({ Code: z.string(), Message: z.string().default('') }) }).safeParse(data);
  if (!fault.success && head.status !== 404) return plain;
  const { Code: code, Message: message } = fault.data?.Error ?? { Code: 'NotFound', Message: '' };
  return new AppError(
    head.status === 404 ? 'FILE_NOT_FOUND' : head.status === 403 ? 'FORBIDDEN' : 'HTTP_FAILED',
    `The storage refused ${method}: ${code}${message === '' ? '' : ` (${message.slice(0, 200)})`}. Check bucket, key and the rights of the access key.`,
    { retryable: plain.retryable || code === 'SlowDown', details: { ...plain.details, storageCode: code } },
  );
}
