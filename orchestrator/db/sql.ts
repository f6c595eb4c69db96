import { createHash } from 'node:crypto';

/** A statement with its parameters; the name makes PostgreSQL plan it once per connection. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string;
}

const names = new Map<string, string>();

/**
 * ``sql`select name from robots where id = ${id}::uuid` ``: every value becomes a parameter, a statement in a statement
 * becomes part of it.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  let text = '';
  const parameters: unknown[] = [];
  strings.forEach((part, i) => {
    text += part;
    if (i >= values.length) return;
    const value = values[i];
    if (isStatement(value)) {
      const offset = parameters.length;
      text +=
        value.values.length === 0
          ? value.text
          : value.text.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + offset}`);
      parameters.push(...value.values);
    } else {
      parameters.push(value);
      text += `$${parameters.length}`;
    }
  });
  return { text, values: parameters, name: nameOf(text) };
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && 'values' in value && 'name' in value;
}

// Texts are those of the source, so there are as many as there are statements in it.
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url').slice(0, 16);
    names.set(text, name);
  }
  return name;
}
