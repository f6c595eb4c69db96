import type { Flow } from '../flow.ts';
import type { JsonRecord } from '../json.ts';
import type { RedNode } from './document.ts';

/** A step made for a node. */
export interface RedStep {
  type: string;
  params: JsonRecord;
  /** Appended to the name where a node becomes several steps. */
  suffix?: string;
}

/** An output of a node: behind which of its steps, by which port, with which message. */
export interface RedOutput {
  step: number;
  port: string;
  message: Flow;
}

/** `steps.$0` in an expression is the first step made here, `steps.$1` the second. */
export interface RedConversion {
  steps: readonly RedStep[];
  outputs: readonly RedOutput[];
  /** Steps that the wires into the node lead to; the others follow each other. Absent: the first. */
  entries?: readonly number[];
  /** It opens a loop over a list: what follows stands in the body. */
  opens?: boolean;
}

export interface RedReading {
  readonly node: RedNode;
  readonly message: Flow;
  /** Types of the nodes that it leads to. */
  readonly following: readonly string[];
  config(id: unknown): RedNode | undefined;
  text(name: string, fallback?: string): string;
  partial(note: string): void;
  tell(note: string): void;
  /** A template with one expression, or where it cannot be translated a field that a person has to fill in. */
  template(make: () => string, source: string): string;
  secret(field: string, owner: string): string;
  setting(field: string): string;
  input(name: string): void;
  workflowIdOf(id: string): string | undefined;
}

export type RedConverter = (reading: RedReading) => RedConversion;
export type RedConverterTable = Readonly<Record<string, RedConverter>>;

/** One step, and the message with some properties set from what it gives. */
export function oneStep(
  reading: RedReading,
  type: string,
  params: JsonRecord,
  message: Flow = reading.message,
): RedConversion {
  return { steps: [{ type, params }], outputs: [{ step: 0, port: 'out', message }] };
}
