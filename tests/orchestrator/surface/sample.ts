/** What zod makes of a schema, as far as it is looked at here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

export interface SampleOptions {
  /** What stands where an id is wanted. */
  readonly id: string;
  /** What stands in free text. */
  readonly text: string;
  /** Whether what may be left out is left out. */
  readonly small?: boolean;
}

/** A value that fits the schema; every place of an id holds the given one. */
export function sample(schema: JsonSchema, options: SampleOptions, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [choice] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(({ type }) => type !== 'null');
  if (choice) return sample(choice, options, depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(part, options, depth + 1)));
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, options, depth);
    case 'array':
      if (schema.prefixItems) return schema.prefixItems.map((item) => sample(item, options, depth + 1));
      return Array.from({ length: arrayLength(schema, options, depth) }, () =>
        sample(schema.items ?? {}, options, depth + 1),
      );
    case 'string':
      return sampleText(schema, options);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return false;
    default:
      return depth > 6 ? null : {};
  }
}

function typeOf(schema: JsonSchema): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  return type?.find((one) => one !== 'null') ?? (schema.properties ? 'object' : undefined);
}

function arrayLength(schema: JsonSchema, { small = false }: SampleOptions, depth: number): number {
  const least = schema.minItems ?? 0;
  return small || depth > 4 ? least : Math.max(least, 1);
}

function sampleObject(schema: JsonSchema, options: SampleOptions, depth: number): Record<string, unknown> {
  const required = new Set(schema.required);
  const wanted = Object.entries(schema.properties ?? {}).filter(
    ([name]) => required.has(name) || (!options.small && depth < 4),
  );
  return Object.fromEntries(wanted.map(([name, property]) => [name, sample(property, options, depth + 1)]));
}

function sampleText(schema: JsonSchema, { id, text }: SampleOptions): string {
  switch (schema.format) {
    case 'uuid':
      return id;
    case 'date-time':
      return '2035-01-01T00:00:00.000Z';
    case 'date':
      return '2035-01-01';
    case 'email':
      return `${text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}@example.com`;
    case 'uri':
      return 'https://example.com/';
    default:
      return sampleByLength(schema, { id, text });
  }
}

function sampleByLength(schema: JsonSchema, { id, text }: SampleOptions): string {
  const { minLength = 0, maxLength = 200, pattern } = schema;
  const plain = text.padEnd(minLength, 'x').slice(0, maxLength);
  if (pattern === undefined) return plain;
  // Ids have no format where their schema is a pattern alone.
  const form = new RegExp(pattern, 'u');
  const candidates = [
    plain,
    id,
    text.replaceAll(/[^A-Za-z0-9]/g, ''),
    'a',
    '1',
    'A1',
    '2035-01-01T00:00:00.000Z',
    '0'.repeat(64),
  ];
  return candidates.find((candidate) => form.test(candidate)) ?? plain;
}
