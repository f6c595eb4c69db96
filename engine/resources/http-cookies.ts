import { isIP } from 'node:net';

interface Cookie {
  name: string;
  value: string;
  domain: string;
  /** Sent to this very host alone, as the site named no domain. */
  hostOnly: boolean;
  path: string;
  secure: boolean;
  /** Milliseconds since 1970; Infinity: with the run. */
  expires: number;
}

/** The cookies of one HTTP session, as a browser keeps them (RFC 6265). */
export interface CookieJar {
  /** For the `cookie` header; empty where there is none. */
  cookiesFor(url: URL): string;
  /** What a site asked to be kept. */
  keep(url: URL, setCookie: readonly string[]): void;
}

const MOST_COOKIES = 1000;
const LONGEST_COOKIE = 4096;

export function createCookieJar(now: () => number = Date.now): CookieJar {
  let cookies: Cookie[] = [];
  return {
    cookiesFor(url) {
      cookies = cookies.filter(({ expires }) => expires > now());
      return cookies
        .filter((cookie) => fits(cookie, url))
        .toSorted((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
    },
    keep(url, setCookie) {
      for (const text of setCookie) {
        const cookie = readCookie(text, url, now());
        if (!cookie) continue;
        const isSame = (other: Cookie) =>
          other.name === cookie.name && other.domain === cookie.domain && other.path === cookie.path;
        cookies = cookies.filter((other) => !isSame(other));
        cookies.push(cookie);
      }
      cookies = cookies.slice(-MOST_COOKIES);
    },
  };
}

function fits({ domain, hostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  if (secure && protocol !== 'https:') return false;
  if (hostOnly ? hostname !== domain : !isWithin(hostname, domain)) return false;
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0);
}

function readCookie(text: string, url: URL, now: number): Cookie | undefined {
  if (text.length > LONGEST_COOKIE) return undefined;
  const [pair = '', ...rest] = text.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  if (equals < 1 || name === '') return undefined;
  const attributes = new Map<string, string>();
  for (const part of rest) {
    const [key = '', ...value] = part.split('=');
    attributes.set(key.trim().toLowerCase(), value.join('=').trim());
  }
  const wanted = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  const domain = wanted === '' ? url.hostname : wanted;
  const secure = attributes.has('secure');
  if (!isWithin(url.hostname, domain) || (domain !== url.hostname && isPublic(domain))) return undefined;
  if (secure && url.protocol !== 'https:') return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    domain,
    hostOnly: wanted === '',
    path: path.startsWith('/') ? path : folderOf(url.pathname),
    secure,
    expires: expiryOf(attributes, now),
  };
}

/** Names that many sites share (`com`, `co.uk`): a cookie for all of them would be one site speaking for another. */
function isPublic(domain: string): boolean {
  return !domain.includes('.') || /^(com?|org|net|edu|gov|ac|or|ne|go)\.[a-z]{2}$/.test(domain);
}

function folderOf(pathname: string): string {
  const end = pathname.lastIndexOf('/');
  return end <= 0 ? '/' : pathname.slice(0, end);
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Infinity : expires;
}
