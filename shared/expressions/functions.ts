import { ALL_DEFINITIONS } from './functions/registry.ts';

export interface FunctionEntry {
  /** `len`, `Math.max`; methods carry the kind of value they belong to: `text.trim`, `list.map`. */
  readonly name: string;
  readonly signature: string;
  readonly description: string;
  /** An expression and its result: `len('abc') // 3`. */
  readonly example: string;
}

/** Everything an expression can call; completion and docs/expressions.md come from here. */
export const FUNCTIONS: readonly FunctionEntry[] = ALL_DEFINITIONS.map(({ name, signature, description, example }) => ({
  name,
  signature,
  description,
  example,
}));
