import type { JsonRecord } from '../json.ts';
import type { N8nNode } from './document.ts';
import type { Flow } from '../flow.ts';

/** What a step hands on: its input unchanged, a part of its output, or an expression in which `steps.$self` is the step. */
export type Gives = 'input' | { kind: Flow['kind']; path: string } | Flow;

/** The step that a node becomes. */
export interface Conversion {
  type: string;
  params: JsonRecord;
  /** Port of each output of the node, in its order; without: one, `out`. */
  ports?: readonly string[];
  /** One for all outputs, or one for each. */
  gives?: Gives | readonly Gives[];
  /** It leaves the items as they are, though not all of them or in another order. */
  sameItems?: true;
}

/** A node being converted, with its parameters read and translated. */
export interface NodeReading {
  readonly node: N8nNode;
  readonly params: JsonRecord;
  readonly version: number;
  /** How many items of pinned data it has. */
  readonly pinnedCount: number;
  /** What arrives, by number of the input. */
  readonly inputs: readonly Flow[];
  /** Other nodes that lend it something, by kind such as `ai_languageModel`. */
  readonly lent: readonly { kind: string; node: N8nNode }[];
  /** The item as an expression, and all of them as a list. */
  item(): string;
  list(): string;
  /** A value with every `={{ … }}` in it translated. */
  translate(value: unknown): unknown;
  /** A parameter, translated; the fallback when it is missing or empty. */
  read(path: string, fallback?: unknown): unknown;
  /** A value as an expression, to stand inside a larger one. */
  expression(value: unknown): string;
  /** Inside a function over the items of a list: `$json` is the name given. */
  expressionOver(name: string, value: unknown): string;
  /** What other node gave, as a list. */
  itemsOf(name: string): string;
  workflowIdOf(reference: string): string;
  /** Whether a workflow with that id or name is imported with this one. */
  isImported(reference: string): boolean;
  /** Makes the outcome partial. */
  partial(note: string): void;
  /** Tells something without making it less than converted. */
  tell(note: string): void;
  /** A secret variable to be filled in, as a template; the note names the credential. */
  secret(field: string, credential: string): string;
  /** A plain variable to be filled in, as a template. */
  setting(field: string): string;
  input(name: string): void;
}

/**
 * `item`: works on one item, so a list that arrives becomes a loop around it; `list`: needs all items at once, so it stands behind such a
 * loop; `any`: does not look at the items.
 */
export interface Converter {
  reads: 'item' | 'list' | 'any';
  convert(reading: NodeReading): Conversion;
}

export type ConverterTable = Readonly<Record<string, Converter>>;
