import { createHash, randomBytes } from 'node:crypto';
import { parseXml } from '../../formats/xml.ts';
import type { HttpResponse } from '../../resources/http.ts';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};
const wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

interface SoapMessage {
  version: '1.1' | '1.2';
  operation: string;
  namespace: string;
  content?: unknown;
  security: 'none' | 'text' | 'digest';
  wsUsername: string;
  wsPassword: string;
}

export async function soapEnvelope(message: SoapMessage, at: Date, nonce = randomBytes(16)): Promise<string> {
  const { XMLBuilder } = await import('fast-xml-parser');
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });
  const { version, operation, namespace, content } = message;
  const inner = typeof content === 'string' ? content : String(builder.build(content ?? {}));
  const opening = namespace === '' ? operation : `${operation} xmlns="${escaped(namespace)}"`;
  const body = operation === '' ? inner : `<${opening}>${inner}</${operation}>`;
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${namespaces[version]}">${headerOf(message, at, nonce)}<soap:Body>${body}</soap:Body></soap:Envelope>`;
}

function headerOf({ security, wsUsername, wsPassword }: SoapMessage, at: Date, nonce: Buffer): string {
  if (security === 'none') return '';
  const created = at.toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(wsPassword).digest('base64');
  const profile = `${wss}-username-token-profile-1.0`;
  const password =
    security === 'text'
      ? `<wsse:Password Type="${profile}#PasswordText">${escaped(wsPassword)}</wsse:Password>`
      : `<wsse:Password Type="${profile}#PasswordDigest">${digest}</wsse:Password>`;
  const encoding = `${wss}-soap-message-security-1.0#Base64Binary`;
  return (
    `<soap:Header><wsse:Security soap:mustUnderstand="1" xmlns:wsse="${wss}-wssecurity-secext-1.0.xsd" xmlns:wsu="${wss}-wssecurity-utility-1.0.xsd">` +
    `<wsse:UsernameToken><wsse:Username>${escaped(wsUsername)}</wsse:Username>${password}` +
    `<wsse:Nonce EncodingType="${encoding}">${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created>` +
    '</wsse:UsernameToken></wsse:Security></soap:Header>'
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

interface SoapAnswer {
  body: unknown;
  header: unknown;
  fault?: { code: string; reason: string; detail: unknown };
}

/** What an envelope holds, without prefixes; undefined for an answer that is none. */
export async function readEnvelope(answer: HttpResponse, lists: readonly string[]): Promise<SoapAnswer | undefined> {
  const text = new TextDecoder().decode(answer.body);
  if (!/<(?:[\w.-]+:)?Envelope[\s>]/.test(text)) return undefined;
  const data = await parseXml(text, `The answer of "${new URL(answer.url).host}"`, { lists: [], typed: false });
  const envelope = objectOf(objectOf(withoutPrefixes(data, lists))['Envelope']);
  const body = objectOf(envelope['Body']);
  const fault = body['Fault'];
  return {
    body,
    header: envelope['Header'] ?? null,
    ...(fault === undefined ? {} : { fault: readFault(objectOf(fault)) }),
  };
}

/** SOAP 1.1 has faultcode and faultstring, SOAP 1.2 Code/Value and Reason/Text. */
function readFault(fault: Record<string, unknown>): NonNullable<SoapAnswer['fault']> {
  const code = fault['faultcode'] ?? objectOf(fault['Code'])['Value'];
  const reason = fault['faultstring'] ?? objectOf(fault['Reason'])['Text'];
  return {
    code: textOf(code).replace(/^[\w.-]+:/, ''),
    reason: textOf(Array.isArray(reason) ? reason[0] : reason).slice(0, 500),
    detail: fault['detail'] ?? fault['Detail'] ?? null,
  };
}

function withoutPrefixes(value: unknown, lists: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutPrefixes(item, lists));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (/^@xmlns(:|$)/.test(name)) return [];
    const short = name.replace(/^(@?)[\w.-]+:/, '$1');
    const plain = withoutPrefixes(inner, lists);
    return [[short, lists.includes(short) && !Array.isArray(plain) ? [plain] : plain]];
  });
  const [only] = entries;
  if (entries.length === 0) return '';
  // An element whose only attributes were namespaces is its text.
  return entries.length === 1 && only?.[0] === '#text' ? only[1] : Object.fromEntries(entries);
}

function objectOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = objectOf(value)['#text'];
  return typeof text === 'string' ? text : '';
}
