import { AppError } from '@casare/shared';

const SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

/**
 * The full address of what a person wrote: `shop.example/list` gets `https://`, `/list` and `?page=2` start at the current page.
 * Only web pages are opened: `file:`, `chrome:`, `devtools:`, `data:` and `javascript:` would reach past the web into the machine or
 * the browser itself.
 */
export function resolveAddress(written: string, currentUrl: string): string {
  const text = written.trim();
  if (text === 'about:blank') return text;
  const url = parse(text, currentUrl);
  if (!url) throw refused(text, 'is not a web address. Write it like https://example.com/page.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refused(text, `cannot be opened: only http: and https: addresses are allowed, not ${url.protocol}`);
  }
  return url.href;
}

function parse(text: string, currentUrl: string): URL | null {
  if (text === '') return null;
  if (SCHEME.test(text)) return URL.parse(text);
  if (/^[/?#.]/.test(text)) return URL.parse(text, currentUrl);
  return URL.parse(`https://${text}`);
}

function refused(text: string, why: string): AppError {
  return new AppError('NAVIGATION_FAILED', `"${text.slice(0, 200)}" ${why}`, { details: { url: text.slice(0, 2000) } });
}
