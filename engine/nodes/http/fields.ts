import { z } from 'zod';

const scalar = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);

/** Parameters that every HTTP step has. */
export const requestFields = {
  url: z.string().min(1).max(16_384).meta({ title: 'Address', placeholder: 'https://api.example.com/orders' }),
  query: z
    .record(z.string().max(500), scalar)
    .default({})
    .meta({ title: 'Query', description: 'Added to the address; a list repeats its name.', 'x-widget': 'keyvalue' }),
  headers: z
    .record(z.string().max(200), z.string().max(16_384))
    .default({})
    .meta({ title: 'Headers', 'x-widget': 'keyvalue' }),
  session: z.string().max(200).default('').meta({
    title: 'Cookies of',
    placeholder: 'shop',
    description: 'Steps of a run with the same name here share their cookies, as the tabs of a browser do.',
    'x-advanced': true,
  }),
};

export const limitFields = {
  timeoutMs: z
    .int()
    .min(1)
    .max(3_600_000)
    .default(30_000)
    .meta({ title: 'Time limit', unit: 'ms', 'x-advanced': true }),
  maxRedirects: z
    .int()
    .min(0)
    .max(20)
    .default(5)
    .meta({ title: 'Follow redirects', unit: 'times', 'x-advanced': true }),
  verifyTls: z.boolean().default(true).meta({ title: 'Check the certificate', 'x-advanced': true }),
  proxyUrl: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'Proxy', placeholder: 'http://proxy.example.com:3128', 'x-widget': 'password', 'x-advanced': true }),
};

const limits = z.object(limitFields);

/** The part of a request that the limits of a step decide. */
export function limitsOf({
  timeoutMs,
  maxRedirects,
  verifyTls,
  proxyUrl,
  session = '',
}: z.output<typeof limits> & { session?: string }) {
  return {
    timeoutMs,
    maxRedirects,
    verifyTls,
    ...(proxyUrl === '' ? {} : { proxyUrl }),
    ...(session === '' ? {} : { session }),
  };
}

export const retryOnField = z
  .string()
  .max(200)
  .regex(/^\s*$|^[\dx\s,-]+$/i, 'codes such as 429 or 500-504')
  .default('')
  .meta({
    title: 'Statuses worth another try',
    placeholder: '408, 425, 429, 500, 502-504',
    description: 'For the retries of the step. Empty: what is sensible for the request.',
    'x-advanced': true,
  });

export function withQuery(url: string, query: Readonly<Record<string, z.output<typeof scalar>>>): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === null ? [] : [value]).map(
      (one) => [name, String(one)] as [string, string],
    ),
  );
  if (entries.length === 0) return url;
  const [rest = '', hash] = url.split('#', 2);
  return `${rest}${rest.includes('?') ? '&' : '?'}${new URLSearchParams(entries)}${hash === undefined ? '' : `#${hash}`}`;
}
