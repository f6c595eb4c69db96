import { AppError } from '@casare/shared';

export interface BuildXmlOptions {
  root: string;
  pretty: boolean;
  declaration: boolean;
}

const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*(:[\p{L}_][\p{L}\p{N}_.-]*)?$/u;
/** Signs that XML cannot hold in any form. */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const maxDepth = 500;

/** The reverse of parseXml: fields are elements, `@name` attributes, `#text` the text beside them, lists the same element again. */
export function buildXml(value: unknown, { root, pretty, declaration }: BuildXmlOptions): string {
  const isDocument = root === '';
  const entries = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  if (isDocument && (entries.length !== 1 || Array.isArray(entries[0]?.[1])))
    throw new AppError(
      'DATA_FORMAT',
      `XML has one outermost element, and the data has ${entries.length}. Give its name under "Outermost element".`,
    );
  const [name, content] = isDocument ? (entries[0] as [string, unknown]) : [root, value];
  const body = element(name, content, pretty ? '\n' : '', 0);
  return `${declaration ? `<?xml version="1.0" encoding="UTF-8"?>${pretty ? '\n' : ''}` : ''}${body}${pretty ? '\n' : ''}`;
}

function element(name: string, value: unknown, lineEnd: string, depth: number): string {
  if (!namePattern.test(name))
    throw new AppError('DATA_FORMAT', `"${name.slice(0, 60)}" is no name of an XML element. Rename the field.`);
  if (depth > maxDepth)
    throw new AppError('DATA_FORMAT', `The data is nested deeper than ${maxDepth} levels. Make it flatter.`);
  const indent = lineEnd === '' ? '' : '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (depth === 0) return element(name, { item: value }, lineEnd, depth);
    return value.map((one) => element(name, one, lineEnd, depth)).join(lineEnd);
  }
  if (value === null || value === undefined) return `${indent}<${name}/>`;
  if (typeof value !== 'object') return `${indent}<${name}>${escaped(value)}</${name}>`;
  let attributes = '';
  let text = '';
  const children: string[] = [];
  for (const [key, part] of Object.entries(value)) {
    if (key.startsWith('@')) attributes += attribute(key.slice(1), part);
    else if (key === '#text') text = escaped(part);
    else if (!Array.isArray(part) || part.length > 0)
      children.push(element(key, part, text === '' ? lineEnd : '', depth + 1));
  }
  if (children.length === 0)
    return text === '' ? `${indent}<${name}${attributes}/>` : `${indent}<${name}${attributes}>${text}</${name}>`;
  // Space beside a text would become part of it.
  if (text !== '')
    return `${indent}<${name}${attributes}>${text}${children.map((child) => child.trim()).join('')}</${name}>`;
  return `${indent}<${name}${attributes}>${lineEnd}${children.join(lineEnd)}${lineEnd}${indent}</${name}>`;
}

function attribute(name: string, value: unknown): string {
  if (!namePattern.test(name))
    throw new AppError('DATA_FORMAT', `"${name.slice(0, 60)}" is no name of an XML attribute. Rename the field.`);
  return ` ${name}="${escaped(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;
}

function escaped(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value as string);
  if (forbidden.test(text))
    throw new AppError('DATA_FORMAT', 'A text holds a control sign that XML cannot hold. Remove it first.');
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}
