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
};

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
