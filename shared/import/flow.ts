import type { DraftScope, Exit } from './draft.ts';
import { quoted } from './literal-text.ts';

/** What a node of n8n hands on, as an expression: one item, a list of items, or what may be either. */
export interface Flow {
  kind: 'one' | 'list' | 'maybe';
  expression: string;
  /** Members whose expressions are known, so that reading one needs no object around it; others are those of `base`. */
  members?: Readonly<Record<string, string>>;
  base?: string;
}

/** A node that has been converted, as those behind it see it. */
export interface Converted {
  steps: string[];
  outputs: { exit: Exit; flow: Flow }[];
  scope: DraftScope;
  /** Goes on at one of its outputs only. */
  isBranching: boolean;
  /** Which way it was reached: branching node → port. Two nodes that differ in one never both run. */
  ways: ReadonlyMap<string, string>;
}

export const NOTHING: Flow = { kind: 'one', expression: '({})' };

export function asList({ kind, expression }: Flow): string {
  if (kind === 'list') return expression;
  return kind === 'one'
    ? `[${unwrapped(expression)}]`
    : `(Array.isArray(${expression}) ? ${expression} : [${expression}])`;
}

export function asOne({ kind, expression }: Flow): string {
  return kind === 'list' ? `${expression}[0]` : expression;
}

function unwrapped(expression: string): string {
  return expression === '({})' ? '{}' : expression;
}

/** The same, but undefined where the step did not run. */
export function ifThere(expression: string): string {
  return expression.replaceAll(/(steps\.\w+\.output)(?=[.[])/g, (output: string, _same, at: number, all: string) =>
    all[at + output.length] === '[' ? `${output}?.` : `${output}?`,
  );
}

/** The first of several that has run. */
export function firstThatRan(flows: readonly Flow[]): Flow {
  const first = flows[0] ?? NOTHING;
  const distinct = [...new Map(flows.map((flow) => [`${flow.kind} ${flow.expression}`, flow])).values()];
  if (distinct.length === 1) return first;
  const kind = distinct.every((flow) => flow.kind === first.kind) ? first.kind : 'list';
  const parts = distinct.map((flow) => ifThere(kind === 'list' ? asList(flow) : flow.expression));
  return { kind, expression: `(${parts.map((part) => (part === '({})' ? '{}' : part)).join(' ?? ')})` };
}

export function neverBoth(a: Converted['ways'], b: Converted['ways']): boolean {
  return [...a].some(([node, port]) => b.has(node) && b.get(node) !== port);
}

/** One item made of these members, in front of those of a base. */
export function objectFlow(members: Readonly<Record<string, string>>, base?: string): Flow {
  const fields = Object.entries(members).map(
    ([name, value]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name)}: ${value}`,
  );
  const object = `{ ${fields.join(', ')} }`;
  return base === undefined || base === '({})'
    ? { kind: 'one', expression: `(${object})`, members }
    : { kind: 'one', expression: `merge(${base}, ${object})`, members, base };
}
