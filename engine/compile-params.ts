import { AppError, compileValue, EMPTY_SCOPE, type ExpressionScope, type CompileOptions } from '@casare/shared';
import type { NodeDefinition } from './define-node.ts';
import type { StepParams } from './program.ts';

export interface TemplateOptions extends CompileOptions {
  /** Told of the credentials and assets that an expression names. */
  readonly needs?: { readonly credentials: Set<string>; readonly assets: Set<string> };
}

/**
 * Parameters of one step: parsed now when nothing in them is an expression, otherwise a closure that evaluates and parses. A parameter marked
 * `x-raw` is text for another language (code, a template of its own) and is never read as an expression.
 */
export function compileParams(
  definition: NodeDefinition,
  params: Readonly<Record<string, unknown>>,
  options: TemplateOptions,
): StepParams {
  const raw: Record<string, unknown> = {};
  const templates: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) (isRaw(definition, name) ? raw : templates)[name] = value;
  const evaluate = compileTemplates(templates, options);
  if (typeof evaluate !== 'function') {
    const fixed = deepFreeze(parse(definition, { ...(evaluate.constant as Record<string, unknown>), ...raw }));
    return { fixed, read: () => fixed };
  }
  const hasRaw = Object.keys(raw).length > 0;
  return {
    fixed: undefined,
    read: (scope) => {
      const values = evaluate(scope) as Record<string, unknown>;
      return parse(definition, hasRaw ? { ...values, ...raw } : values);
    },
  };
}

/** The value itself where no expression reads anything of a run. */
export function compileTemplates(
  value: unknown,
  options: TemplateOptions,
): { constant: unknown } | ((scope: ExpressionScope) => unknown) {
  const compiled = compileValue(value, options);
  if (!compiled.ok) {
    const messages = compiled.problems.map((problem) => problem.message);
    throw new AppError('EXPRESSION_SYNTAX', messages.join(' '), { details: { problems: compiled.problems } });
  }
  const { evaluate, isConstant, references } = compiled.expression;
  for (const name of references.credentials) options.needs?.credentials.add(name);
  for (const name of references.assets) options.needs?.assets.add(name);
  if (!isConstant) return evaluate;
  try {
    return { constant: evaluate(EMPTY_SCOPE) };
  } catch {
    // `${1 / 0}`: it fails when the step runs, where somebody may handle it.
    return evaluate;
  }
}

function parse(definition: NodeDefinition, values: Record<string, unknown>): Record<string, unknown> {
  const parsed = definition.params.safeParse(values);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const words = issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`));
  throw new AppError('PARAMS_INVALID', `The parameters do not fit "${definition.title}": ${words.join('; ')}.`, {
    details: { issues },
  });
}

function isRaw(definition: NodeDefinition, name: string): boolean {
  return definition.params.shape[name]?.meta?.()?.['x-raw'] === true;
}

/** Fixed parameters are shared by every run of a program; a step that changed its own would change all of them. */
function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
