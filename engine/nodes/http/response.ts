import { AppError } from '@casare/shared';
import { z } from 'zod';
import { parseJson } from '../../formats/json.ts';
import type { HttpHead, HttpResponse } from '../../resources/http.ts';

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
  .regex(
    /^\s*(\d{3}|\dxx)(\s*-\s*\d{3})?(\s*,\s*(\d{3}|\dxx)(\s*-\s*\d{3})?)*\s*$/i,
    'codes such as 2xx, 404 or 200-299',
  )
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

export function isFine(status: number, codes: string): boolean {
  return codes.split(',').some((part) => {
    const [from = '', to] = part
      .trim()
      .toLowerCase()
      .split(/\s*-\s*/);
    if (from.endsWith('xx')) return Math.floor(status / 100) === Number(from[0]);
    return to === undefined ? status === Number(from) : status >= Number(from) && status <= Number(to);
  });
}

const retryable = new Set([408, 425, 429, 500, 502, 503, 504]);

/** An answer that is an error: its status, and how its body begins, because that says why. */
export function refusal(head: HttpHead, start: Uint8Array, method: string): AppError {
  const text = new TextDecoder().decode(start.subarray(0, 500)).trim();
  const { origin, pathname } = new URL(head.url);
  const retryAfter = Number(head.headers['retry-after']);
  return new AppError(
    'HTTP_FAILED',
    `${method} ${origin}${pathname} was answered with status ${head.status}${text === '' ? '' : `: ${text.slice(0, 200)}`}. Check the request, or allow this status.`,
    {
      retryable: retryable.has(head.status),
      details: {
        status: head.status,
        url: origin + pathname,
        body: text,
        ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
      },
    },
  );
}
