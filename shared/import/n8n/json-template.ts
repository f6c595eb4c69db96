import { isRecord } from '../json.ts';
import { cutTemplate } from './expressions.ts';

/**
 * JSON that is written as text, with expressions in it, as data: `{ "n": {{ $json.n }}, "s": "No {{ $json.n }}" }`. Undefined when it
 * cannot be read that way.
 */
export function templateOfJson(text: string, translate: (value: unknown) => unknown): unknown {
  if (!text.startsWith('=')) return parsed(text, translate);
  const parts = cutTemplate(text.slice(1));
  if (parts.length === 1 && parts[0]?.kind === 'code') return translate(text);
  const codes: string[] = [];
  let json = '';
  for (const part of parts) {
    if (part.kind === 'text') {
      json += part.text;
      continue;
    }
    const mark = `\u0001${codes.length}\u0002`;
    codes.push(part.text);
    json += isInText(json) ? mark : `"${mark}"`;
  }
  return parsed(json.replaceAll('\u0001', '\\u0001').replaceAll('\u0002', '\\u0002'), (value) =>
    translate(restore(value, codes)),
  );
}

function parsed(text: string, translate: (value: unknown) => unknown): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return translate(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a quote is open at the end of a piece of JSON. */
function isInText(json: string): boolean {
  let isOpen = false;
  for (let i = 0; i < json.length; i++) {
    if (json[i] === '\\' && isOpen) i += 1;
    else if (json[i] === '"') isOpen = !isOpen;
  }
  return isOpen;
}

function restore(value: unknown, codes: readonly string[]): unknown {
  if (typeof value === 'string') {
    if (!value.includes('\u0001')) return value;
    return `=${value.replaceAll(/\u0001(\d+)\u0002/g, (_mark, i: string) => `{{${codes[Number(i)] ?? ''}}}`)}`;
  }
  if (Array.isArray(value)) return value.map((part) => restore(part, codes));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, restore(part, codes)]));
  return value;
}
