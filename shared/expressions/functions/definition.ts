import type { Run } from '../limits.ts';

/** What completion, the reference and the compiler need to know of a function. */
export interface Definition {
  /** As it is called: `len`, `Math.max`; methods carry the kind of value they belong to: `text.trim`, `list.map`. */
  name: string;
  signature: string;
  description: string;
  /** An expression and its result: `len('abc') // 3`. A test runs each. */
  example: string;
  min: number;
  max: number;
  /** Position of the argument that may be an arrow function. */
  callback?: number;
  /** The callback may also be the name of a field. */
  fieldAllowed?: boolean;
  /** What the arrow returns becomes part of the result, so parts may appear many times in it. */
  keepsResults?: boolean;
  /** Reads `run`, so the expression is not a constant. */
  readsRun?: boolean;
}

export interface FunctionDefinition extends Definition {
  call(run: Run, args: unknown[]): unknown;
}

export type Receiver = 'text' | 'list' | 'number' | 'boolean';

export interface MethodDefinition extends Definition {
  on: Receiver;
  method: string;
  call(run: Run, self: unknown, args: unknown[]): unknown;
}

type Extras = Pick<Definition, 'callback' | 'fieldAllowed' | 'keepsResults' | 'readsRun'>;

export function defineFunction(
  signature: string,
  description: string,
  example: string,
  [min, max]: readonly [number, number],
  call: FunctionDefinition['call'],
  extras: Extras = {},
): FunctionDefinition {
  return { name: nameIn(signature), signature, description, example, min, max, call, ...extras };
}

/** The signature of a method starts with its receiver: `text.trim()`. */
export function defineMethod<Self>(
  signature: string,
  description: string,
  example: string,
  [min, max]: readonly [number, number],
  call: (run: Run, self: Self, args: unknown[]) => unknown,
  extras: Extras = {},
): MethodDefinition {
  const name = nameIn(signature);
  const [on, method] = name.split('.') as [Receiver, string];
  // The compiler calls a method only with a receiver of its own kind.
  const checked = call as MethodDefinition['call'];
  return { name, on, method, signature, description, example, min, max, call: checked, ...extras };
}

function nameIn(signature: string): string {
  const bracket = signature.indexOf('(');
  return bracket < 0 ? signature : signature.slice(0, bracket);
}
