import { basename, join } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields, retryOnField, withQuery } from './fields.ts';
import { resumable } from './resumable.ts';
import { sendForStream } from './send.ts';

export const download = defineNode({
  type: 'http.download',
  version: 1,
  title: 'Download file',
  category: 'http',
  icon: 'download',
  description:
    'Downloads a file from a web address into a folder or under a name; a download that breaks off goes on where it was.',
  synonyms: ['download', 'save from web', 'fetch file', 'get file'],
  params: z.strictObject({
    ...requestFields,
    path: z.string().min(1).max(4096).default('downloads/').meta({
      title: 'Save as',
      description: 'A path that ends in / keeps the name the server gives.',
      'x-widget': 'file',
    }),
    overwrite: z
      .boolean()
      .default(true)
      .meta({ title: 'Overwrite', description: 'Replace a file that is there already.' }),
    ...authFields,
    retryOn: retryOnField,
    ...limitFields,
    maxMegabytes: z.int().min(1).max(10_240).default(1024).meta({ title: 'At most', unit: 'MiB', 'x-advanced': true }),
  }),
  output: z.object({ path: z.string(), size: z.int(), contentType: z.string(), url: z.string() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'A report', params: { url: 'https://example.com/report.pdf', path: 'downloads/report.pdf' } }],
  async run(ctx, { url, query, headers, path, overwrite, maxMegabytes, retryOn, ...rest }) {
    const request = {
      method: 'GET',
      url: withQuery(url, query),
      headers,
      ...limitsOf(rest),
      maxBytes: maxMegabytes * 1024 * 1024,
    };
    const answer = await sendForStream(ctx, request, rest);
    if (!isFine(answer.status, '2xx')) {
      let start: Uint8Array = new Uint8Array();
      for await (const chunk of answer.body) {
        start = chunk;
        break;
      }
      throw refusal(answer, start, 'GET', { retryOn });
    }
    const target = /[\\/]$/.test(path)
      ? join(path, nameOf(answer.url, answer.headers['content-disposition'] ?? ''))
      : path;
    const total = Number(answer.headers['content-length'] ?? 0);
    const written = await ctx.files.write(
      target,
      counted(resumable(ctx, answer, request, rest), total, ctx.progress.bind(ctx)),
      {
        overwrite,
        signal: ctx.signal,
      },
    );
    return { output: { ...written, contentType: answer.headers['content-type'] ?? '', url: answer.url } };
  },
});

/** Tells the progress at most a hundred times. */
async function* counted(
  body: AsyncIterable<Uint8Array>,
  total: number,
  progress: (fraction: number, message?: string) => void,
) {
  let [read, told] = [0, 0];
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (total > 0 && read / total >= told + 0.01) {
      told = Math.min(1, read / total);
      progress(told, `${read} of ${total} bytes`);
    }
    yield chunk;
  }
}

/** The name the server gives, without any folder it may have put before it. */
function nameOf(url: string, disposition: string): string {
  const encoded = /filename\*=(?:UTF-8|ISO-8859-1)''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  const given =
    (encoded === undefined ? plain : decode(encoded)) ?? decode(new URL(url).pathname.split('/').at(-1) ?? '');
  const name = basename(given.replaceAll('\\', '/'))
    .replaceAll(/[\u0000-\u001f<>:"|?*]/g, '_')
    .replace(/^\.+|[. ]+$/g, '')
    .slice(0, 200);
  return name || 'download';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
