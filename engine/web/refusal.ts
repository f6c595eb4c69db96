import { AppError } from '@casare/shared';
import type { HttpHead } from '../resources/http.ts';
import { isFine } from './statuses.ts';

export interface RefusalOptions {
  /** True for a request that must not reach the server twice. */
  once?: boolean;
  /** Statuses worth another try, as a person wrote them; empty: what is sensible. */
  retryOn?: string;
}

const worthAnotherTry = '408, 425, 429, 500, 502-504';
/** With these the server says that it has not begun. */
const notBegun = '425, 429, 503';

/** An answer that is an error: its status, and how its body begins, because that says why. */
export function refusal(head: HttpHead, start: Uint8Array, method: string, options: RefusalOptions = {}): AppError {
  const text = new TextDecoder().decode(start.subarray(0, 500)).trim();
  const { origin, pathname } = new URL(head.url);
  const { once = false, retryOn = '' } = options;
  return new AppError(
    'HTTP_FAILED',
    `${method} ${origin}${pathname} was answered with status ${head.status}${text === '' ? '' : `: ${text.slice(0, 200)}`}. Check the request, or allow this status.`,
    {
      retryable: isFine(head.status, retryOn || (once ? notBegun : worthAnotherTry)),
      details: { status: head.status, url: origin + pathname, body: text, ...pauseAsked(head.headers) },
    },
  );
}

const dayMs = 24 * 60 * 60 * 1000;

/** The pause a server asks for, in seconds or as a date; nothing where it asks for none or for more than a day. */
export function pauseAsked(headers: Readonly<Record<string, string>>): { retryAfterMs?: number } {
  const asked = headers['retry-after'] ?? headers['x-ratelimit-reset-after'];
  if (asked === undefined) return {};
  const seconds = Number(asked);
  const ms = Number.isNaN(seconds) ? Date.parse(asked) - Date.parse(headers['date'] ?? '') : seconds * 1000;
  return ms > 0 && ms <= dayMs ? { retryAfterMs: Math.ceil(ms) } : {};
}
