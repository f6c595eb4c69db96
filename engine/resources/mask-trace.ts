import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile as OpenZip } from 'yauzl';
import type { Redactor } from '../redact.ts';

/** What was typed is nobody's to see; the steps of the workflow say where it came from. */
const TYPED = ['value', 'text', 'key', 'password'];
const MASK = '••••';

/** A Playwright trace without secrets: every text in it is masked, password fields and what was typed are emptied. */
export async function maskTrace(from: string, to: string, redactor: Redactor): Promise<void> {
  const [{ open }, { ZipFile }] = await Promise.all([import('yauzl'), import('yazl')]);
  const source = await new Promise<OpenZip>((resolve, reject) =>
    open(from, { lazyEntries: true }, (error, zip) => (error ? reject(error) : resolve(zip))),
  );
  const target = new ZipFile();
  const written = pipeline(target.outputStream, createWriteStream(to, { mode: 0o600 }));
  await new Promise<void>((resolve, reject) => {
    source.on('error', reject);
    source.on('end', resolve);
    source.on('entry', (entry: Entry) => {
      contentOf(source, entry)
        .then((content) => {
          target.addBuffer(masked(entry.fileName, content, redactor), entry.fileName);
          source.readEntry();
        })
        .catch(reject);
    });
    source.readEntry();
  }).finally(() => source.close());
  target.end();
  await written;
}

function contentOf(zip: OpenZip, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error);
      else buffer(stream).then(resolve, reject);
    }),
  );
}

function masked(name: string, content: Buffer, redactor: Redactor): Buffer {
  if (content.includes(0)) return content;
  const text = content.toString('utf8');
  if (!/\.(trace|network|stacks)$/.test(name)) return Buffer.from(redactor.text(text));
  const lines = text.split('\n').map((line) => {
    if (line === '') return line;
    try {
      const event = JSON.parse(line) as Record<string, unknown>;
      // Texts for developers that repeat what was typed and what stands in fields.
      if (event['type'] === 'log') return '';
      emptyCall(event);
      emptyTraffic(event);
      emptyPasswords(event);
      return redactor.text(JSON.stringify(event));
    } catch {
      return redactor.text(line);
    }
  });
  return Buffer.from(lines.join('\n'));
}

/** What a call was given, and what it gave: contents of fields, cookies, storage. That it was made, and when, remains. */
function emptyCall(event: Record<string, unknown>): void {
  if (event['type'] === 'after') delete event['result'];
  const { params } = event as { params?: Record<string, unknown> };
  if (event['type'] !== 'before' || params === undefined) return;
  for (const name of TYPED) if (typeof params[name] === 'string') params[name] = MASK;
  delete params['arg'];
}

interface Traffic {
  headers?: { name: string; value: string }[];
  cookies?: unknown[];
  postData?: unknown;
}

/** Requests and answers without what signs somebody on. */
function emptyTraffic(event: Record<string, unknown>): void {
  if (event['type'] !== 'resource-snapshot') return;
  const { request, response } = event['snapshot'] as { request?: Traffic; response?: Traffic };
  for (const part of [request, response]) {
    if (!part) continue;
    part.headers = part.headers?.filter(({ name }) => !SIGNING.test(name)) ?? [];
    part.cookies = [];
    delete part.postData;
  }
}

const SIGNING = /^(cookie|set-cookie|authorization|proxy-authorization|x-api-key|x-csrf-token|x-xsrf-token)$/i;

/** Snapshots hold elements as `[name, attributes, …children]`, with what is in a field as an attribute of its own. */
function emptyPasswords(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value) && value[0] === 'INPUT' && value[1] !== null && typeof value[1] === 'object') {
    const attributes = value[1] as Record<string, unknown>;
    const isSecret =
      attributes['type'] === 'password' || /password|one-time-code|cc-/.test(String(attributes['autocomplete']));
    if (isSecret) for (const name of ['value', '__playwright_value_']) if (name in attributes) attributes[name] = '';
  }
  for (const part of Object.values(value)) emptyPasswords(part);
}
