import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { requestFields, withQuery } from './fields.ts';

export const buildUrl = defineNode({
  type: 'http.buildUrl',
  version: 1,
  title: 'Build web address',
  category: 'http',
  icon: 'link',
  description: 'Puts a web address together from its parts, each written as an address needs it.',
  synonyms: ['url', 'encode', 'query string', 'join path'],
  params: z.strictObject({
    base: z.string().min(1).max(16_384).meta({ title: 'Base address', placeholder: 'https://api.example.com/v1' }),
    segments: z
      .array(z.union([z.string().max(4096), z.number()]))
      .max(50)
      .default([])
      .meta({
        title: 'Path',
        description: 'One part each: a / within a part is no separator.',
        'x-widget': 'list',
      }),
    query: requestFields.query,
    fragment: z.string().max(4096).default('').meta({ title: 'After the #', 'x-advanced': true }),
  }),
  output: z.object({ url: z.string() }),
  effect: 'pure',
  examples: [
    {
      title: 'An order',
      params: { base: 'https://api.example.com', segments: ['orders', '7/a'], query: { full: true } },
    },
  ],
  run(_ctx, { base, segments, query, fragment }) {
    if (!URL.canParse(base))
      throw new AppError(
        'DATA_FORMAT',
        `"${base.slice(0, 200)}" is no address. Write it in full, e.g. https://example.com.`,
      );
    const url = new URL(base);
    const path = segments.map((part) =>
      encodeURIComponent(part).replace(/^\.{1,2}$/, (dots) => '%2E'.repeat(dots.length)),
    );
    if (path.length > 0) url.pathname = [url.pathname.replace(/\/+$/, ''), ...path].join('/');
    if (fragment !== '') url.hash = fragment;
    return { output: { url: withQuery(url.href, query) } };
  },
});
