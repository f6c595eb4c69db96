import { z } from 'zod';
import { parseJson } from '../../formats/json.ts';
import type { HttpResponse } from '../../resources/http.ts';
import { statusListPattern } from '../../web/statuses.ts';

export const responseSchema = z.object({
  status: z.int(),
  ok: z.boolean(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
  /** Address after redirects. */
  url: z.string(),
});

export const parseField = z
  .enum(['auto', 'json', 'text', 'base64'])
  .default('auto')
  .meta({ title: 'Read the answer as', description: 'auto: by its content type.' });

export const successField = z
  .string()
  .max(200)
  .regex(statusListPattern, 'codes such as 2xx, 404 or 200-299')
  .default('2xx')
  .meta({
    title: 'Answers that are fine',
    placeholder: '2xx, 404',
    description: 'Any other status is an error.',
    'x-advanced': true,
  });

/** The body in the form asked for; an answer without a body is null. */
export function readBody({ body, headers, url }: HttpResponse, as: z.output<typeof parseField>): unknown {
  if (as === 'base64') return Buffer.from(body).toString('base64');
  const type = headers['content-type'] ?? '';
  const isJson = as === 'json' || (as === 'auto' && /^application\/([\w.+-]+\+)?json\b/i.test(type));
  if (as === 'auto' && !isJson && !isText(type, body)) return Buffer.from(body).toString('base64');
  if (body.byteLength === 0) return as === 'text' ? '' : null;
  const text = decode(body, /charset="?([\w-]+)/i.exec(type)?.[1]);
  return isJson ? parseJson(text, `The answer of ${new URL(url).host}`) : text;
}

function isText(type: string, body: Uint8Array): boolean {
  if (/^text\/|xml|javascript|x-www-form-urlencoded|yaml|csv/i.test(type)) return true;
  return type === '' && !body.subarray(0, 1024).includes(0);
}

function decode(body: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** What every step with one answer gives. */
export function outputOf(answer: HttpResponse, parse: z.output<typeof parseField>): z.output<typeof responseSchema> {
  const { status, headers, url } = answer;
  return { status, ok: status >= 200 && status < 300, headers, body: readBody(answer, parse), url };
}
