import type { IncomingMessage } from 'node:http';

/** What a handler gives back; the server writes it. */
export interface Answer {
  status?: number;
  type?: string;
  /** Where the browser goes next. */
  location?: string;
  body: string | Uint8Array;
}

export interface Asked {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  /** At most 64 KiB. */
  body: string;
}

export function html(body: string, status = 200): Answer {
  return { status, type: 'text/html; charset=utf-8', body };
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A page of one of the sites. */
export function page(site: { name: string; home: string; nav: string }, title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/assets/site.css"></head>
<body><header><div class="bar"><a class="name" href="${site.home}">${site.name}</a><nav>${site.nav}</nav></div></header>
<main>${main}</main><footer>A made-up company for trying out automations.</footer></body></html>`;
}
