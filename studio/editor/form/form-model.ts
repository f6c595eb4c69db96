import type { NodeDescriptor } from '@casare/shared';

/** A JSON Schema as far as forms read it. */
export interface ParamSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: ParamSchema[];
  oneOf?: ParamSchema[];
  properties?: Record<string, ParamSchema>;
  required?: string[];
  items?: ParamSchema;
  additionalProperties?: boolean | ParamSchema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  unit?: string;
  placeholder?: string;
  'x-widget'?: string;
  'x-raw'?: boolean;
  'x-advanced'?: boolean;
  /** Shown while the named parameters have one of these values, e.g. `{ "method": ["POST", "PUT"] }`. */
  'x-show-if'?: Record<string, unknown>;
  'x-language'?: string;
}

export const WIDGETS = [
  'text',
  'textarea',
  'number',
  'select',
  'switch',
  'list',
  'keyvalue',
  'object',
  'json',
  'code',
  'selector',
  'file',
  'folder',
  'password',
  'variable',
  'any',
  'condition',
  'workflow',
  'workflowInput',
] as const;
export type Widget = (typeof WIDGETS)[number];

export interface FieldModel {
  key: string;
  title: string;
  help?: string;
  widget: Widget;
  required: boolean;
  /** Shown greyed while nothing is set. */
  default?: unknown;
  placeholder?: string;
  unit?: string;
  options?: { value: unknown; label: string }[];
  min?: number;
  max?: number;
  integer?: boolean;
  /** Fields of an object, and of each item where items are objects. */
  fields?: FieldModel[];
  item?: FieldModel;
  /** Taken as it stands: `${ … }` means nothing in it. */
  raw: boolean;
  advanced: boolean;
  language?: string;
  showIf?: Record<string, unknown>;
}

/** The form of a node type. Made once per type; see `visibleFields` for what depends on the values. */
export function formModel(descriptor: NodeDescriptor): FieldModel[] {
  return fieldsOf(descriptor.params as ParamSchema);
}

function fieldsOf(schema: ParamSchema): FieldModel[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([key, property]) =>
    // A value with a default is never asked for, though the output schema of the format counts it as required.
    fieldModel(key, property, required.has(key) && property.default === undefined),
  );
}

export function fieldModel(key: string, property: ParamSchema, required: boolean): FieldModel {
  const schema = unwrap(property);
  const field: FieldModel = {
    key,
    title: property.title ?? schema.title ?? wordsOf(key),
    help: property.description ?? schema.description,
    widget: widgetOf(property, schema),
    required,
    default: property.default ?? schema.default,
    placeholder: property.placeholder ?? schema.placeholder,
    unit: property.unit ?? schema.unit,
    min: schema.minimum,
    max: schema.maximum,
    raw: property['x-raw'] ?? schema['x-raw'] ?? false,
    advanced: property['x-advanced'] ?? false,
    language: property['x-language'] ?? schema['x-language'],
    showIf: property['x-show-if'],
  };
  if (typeOf(schema) === 'integer') field.integer = true;
  const options = optionsOf(schema);
  if (options) {
    field.options = options;
    if (field.help !== undefined) field.help = withLabels(field.help, options);
  }
  if (schema.properties) field.fields = fieldsOf(schema);
  if (schema.items) {
    field.item = fieldModel('item', schema.items, true);
  } else if (typeof schema.additionalProperties === 'object') {
    field.item = fieldModel('value', schema.additionalProperties, false);
  }
  return field;
}

/** `anyOf: [thing, null]` is the thing; a choice of constants is an enum; any other choice is left as it is. */
function unwrap(schema: ParamSchema): ParamSchema {
  const choices = (schema.anyOf ?? schema.oneOf)?.filter((choice) => choice.type !== 'null');
  if (!choices) return schema;
  if (choices.length === 1) return { ...schema, ...choices[0] };
  if (choices.every((choice) => choice.const !== undefined)) {
    return { ...schema, enum: choices.map((choice) => choice.const) };
  }
  return schema;
}

function typeOf(schema: ParamSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type;
}

function widgetOf(property: ParamSchema, schema: ParamSchema): Widget {
  const asked = property['x-widget'] ?? schema['x-widget'];
  const named = asked === 'key-value' ? 'keyvalue' : asked === 'cases' ? 'list' : asked;
  if (named !== undefined && (WIDGETS as readonly string[]).includes(named)) return named as Widget;
  if (schema.enum) return 'select';
  switch (typeOf(schema)) {
    case 'boolean':
      return 'switch';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return 'list';
    case 'object':
      return schema.properties ? 'object' : typeof schema.additionalProperties === 'object' ? 'keyvalue' : 'json';
    case 'string':
      return 'text';
    default:
      return 'any';
  }
}

/** A help that explains the choices by their values (`newFile: everything anew`) names them as the list does. */
function withLabels(help: string, options: readonly { value: unknown; label: string }[]): string {
  return options.reduce(
    (text, { value, label }) =>
      typeof value === 'string' && /^\w+$/.test(value)
        ? text.replaceAll(new RegExp(`(?<=^|[;.] )${value}(?=:| and \\w+:)`, 'g'), label)
        : text,
    help,
  );
}

function optionsOf(schema: ParamSchema): { value: unknown; label: string }[] | undefined {
  return schema.enum?.map((value) => ({ value, label: typeof value === 'string' ? wordsOf(value) : String(value) }));
}

/** Short names that people know in capitals. */
const CAPITALS = new Set(
  'ai api css csv dns ftp ftps html http https id imap ip jpeg jwt json oauth ocr pdf png pop3 rest sftp smtp soap sql ssh ssl tls tsv uri url webp xlsx xml yaml zip'.split(
    ' ',
  ),
);

/** `waitUntil` → `Wait until`, `sftp` → `SFTP`, `domcontentloaded` stays; words in capitals (GET, PNG) stay too. */
export function wordsOf(key: string): string {
  if (/^[A-Z0-9_-]+$/.test(key)) return key;
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
    .split(' ')
    .map((word) => (CAPITALS.has(word) ? word.toUpperCase() : word))
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function visibleFields(
  fields: readonly FieldModel[],
  values: Readonly<Record<string, unknown>>,
): { main: FieldModel[]; advanced: FieldModel[] } {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const shown = fields.filter((field) => isShown(field, values, byKey));
  return { main: shown.filter((field) => !field.advanced), advanced: shown.filter((field) => field.advanced) };
}

function isShown(
  field: FieldModel,
  values: Readonly<Record<string, unknown>>,
  byKey: ReadonlyMap<string, FieldModel>,
): boolean {
  return Object.entries(field.showIf ?? {}).every(([key, wanted]) => {
    const value = values[key] ?? byKey.get(key)?.default;
    // What an expression will give is only known later, so nothing is hidden for it.
    if (isExpression(value)) return true;
    return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
  });
}

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && /\$\{[^}]/.test(value);
}

/** One line that says what a step does: its first set text-like parameter, or that of the most telling widget. */
export function summaryOf(fields: readonly FieldModel[], params: Readonly<Record<string, unknown>>): string {
  const telling = fields.filter((field) => !field.advanced && field.widget !== 'password');
  const set = telling.filter((field) => params[field.key] !== undefined && params[field.key] !== '');
  const chosen =
    set.find((field) =>
      ['text', 'selector', 'file', 'folder', 'workflow', 'variable', 'condition', 'textarea', 'any'].includes(
        field.widget,
      ),
    ) ??
    set.find((field) => field.widget !== 'switch') ??
    set[0];
  if (!chosen) return '';
  return shortText(params[chosen.key], chosen.widget);
}

function shortText(value: unknown, widget: Widget): string {
  if (widget === 'selector' && value !== null && typeof value === 'object') {
    const { selector } = value as { selector?: unknown };
    if (typeof selector === 'string') return selector;
  }
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.replaceAll(/\s+/g, ' ').slice(0, 120);
}
