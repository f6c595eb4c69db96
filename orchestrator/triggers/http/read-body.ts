import { AppError } from '@casare/shared';

/** Levels of lists and objects; deeper ones are made to exhaust somebody. */
const deepest = 100;

/** A body as a workflow gets it: JSON, form fields or text, by its content type. */
export function readBody(contentType: string | undefined, body: Buffer): unknown {
  if (body.length === 0) return null;
  const [type = ''] = (contentType ?? '').toLowerCase().split(';');
  const name = type.trim();
  if (name === 'application/json' || name.endsWith('+json')) return readJson(body);
  if (name === 'application/x-www-form-urlencoded') return readForm(body);
  if (name.startsWith('text/') || name === 'application/xml' || name.endsWith('+xml')) return readText(body);
  throw new AppError(
    'VALIDATION',
    `"${name || 'no content type'}" is not taken here. Send application/json, application/x-www-form-urlencoded or text.`,
    { status: 415 },
  );
}

function readJson(body: Buffer): unknown {
  const text = readText(body);
  if (levelsOf(text) > deepest)
    throw new AppError('VALIDATION', `The body is nested more than ${deepest} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('VALIDATION', 'The body is not JSON.');
  }
}

/** A field that comes several times is a list. */
export function readForm(body: Buffer): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(readText(body))) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return { ...fields };
}

function readText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AppError('VALIDATION', 'The body is not text in UTF-8.');
  }
}

/** Counted before it is parsed. Brackets in texts are passed over. */
function levelsOf(json: string): number {
  let level = 0;
  let most = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') {
      for (i++; i < json.length && json[i] !== '"'; i++) if (json[i] === '\\') i++;
    } else if (character === '{' || character === '[') most = Math.max(most, ++level);
    else if (character === '}' || character === ']') level--;
  }
  return most;
}
