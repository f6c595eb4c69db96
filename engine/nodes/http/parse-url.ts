import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const parseUrl = defineNode({
  type: 'http.parseUrl',
  version: 1,
  title: 'Read web address',
  category: 'http',
  icon: 'unlink',
  description: 'Takes a web address apart: host, path and the values of its query.',
  synonyms: ['url', 'parse', 'query string', 'decode', 'domain'],
  params: z.strictObject({
    url: z.string().min(1).max(16_384).meta({ title: 'Address' }),
    base: z.string().max(16_384).default('').meta({
      title: 'Relative to',
      description: 'The page an address without a host stands on.',
      'x-advanced': true,
    }),
  }),
  output: z.object({
    url: z.string(),
    protocol: z.string(),
    host: z.string(),
    port: z.int().nullable(),
    path: z.string(),
    segments: z.array(z.string()),
    /** A name that occurs several times has a list. */
    query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    fragment: z.string(),
  }),
  effect: 'pure',
  examples: [{ title: 'A link', params: { url: 'https://example.com/orders/7?full=true' } }],
  run(_ctx, { url: given, base }) {
    if (!URL.canParse(given, base || undefined))
      throw new AppError(
        'DATA_FORMAT',
        `"${given.slice(0, 200)}" is no address. Write it in full, e.g. https://example.com.`,
      );
    const url = new URL(given, base || undefined);
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((name) => {
        const values = url.searchParams.getAll(name);
        return [name, values.length === 1 ? (values[0] ?? '') : values];
      }),
    );
    return {
      output: {
        url: url.href,
        protocol: url.protocol.slice(0, -1),
        host: url.hostname,
        port: url.port === '' ? null : Number(url.port),
        path: url.pathname,
        segments: url.pathname
          .split('/')
          .filter((part) => part !== '')
          .map(decoded),
        query,
        fragment: decoded(url.hash.slice(1)),
      },
    };
  },
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
