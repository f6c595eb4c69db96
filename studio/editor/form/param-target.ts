import { createContext, use } from 'react';
import type { FieldPath } from './field-path.ts';

/** What a form edits: the parameters of one step, or of several at once. */
export interface ParamTarget {
  /** Names the thing for undo groups and field ids. */
  id: string;
  values: Readonly<Record<string, unknown>>;
  /** Undefined removes the value, so that the default counts again. */
  set(path: FieldPath, value: unknown, title: string): void;
  errorAt(path: FieldPath, inside: boolean): string | undefined;
}

export const ParamTargetContext = createContext<ParamTarget | null>(null);

export function useParamTarget(): ParamTarget {
  const target = use(ParamTargetContext);
  if (!target) throw new Error('a form field needs a ParamForm above it');
  return target;
}
