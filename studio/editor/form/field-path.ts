import type { WorkflowProblem } from '@casare/shared';

export type FieldPath = readonly (string | number)[];

/** `['rows', 0, 'name']` → `.rows[0].name`, as the paths of problems are written. */
export function pathText(path: FieldPath): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
}

/** What is wrong with exactly this field, or, for a field that shows its parts as one text, inside of it. */
export function problemAt(
  problems: readonly WorkflowProblem[] | undefined,
  path: FieldPath,
  inside: boolean,
): WorkflowProblem | undefined {
  const wanted = pathText(path);
  return problems?.find((problem) => {
    const at = /\.params(.*)$/s.exec(problem.path)?.[1];
    if (at === undefined) return false;
    return at === wanted || (inside && (at.startsWith(`${wanted}.`) || at.startsWith(`${wanted}[`)));
  });
}

export function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
