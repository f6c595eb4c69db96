import { z } from 'zod';
import type { NodeDescriptor } from '../node-descriptor.ts';
import type { WorkflowProblem } from '../problem.ts';
import type { WorkflowNode } from '../workflow.ts';
import { safeSchema } from './safe-schema.ts';

/** Descriptors live as long as the catalog, so the schema built from one does too. */
const schemas = new WeakMap<NodeDescriptor, z.ZodType>();

/** Problems of a step's parameters against its node type. What holds an expression is only known when it runs and passes here. */
export function paramProblems(node: WorkflowNode, index: number, descriptor: NodeDescriptor): WorkflowProblem[] {
  let schema = schemas.get(descriptor);
  if (!schema) {
    schema = schemaOf(descriptor);
    schemas.set(descriptor, schema);
  }
  const parsed = schema.safeParse(node.params);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => problemsOf(issue, node, index, descriptor));
}

/** What a pack, or a document that brings its packs along, says about parameters is not ours: it may be wrong, or made to keep us busy. */
function schemaOf({ params, pack }: NodeDescriptor): z.ZodType {
  type Schema = Parameters<typeof z.fromJSONSchema>[0];
  if (pack === undefined) return z.fromJSONSchema(params as Schema);
  try {
    return z.fromJSONSchema(safeSchema(params) as Schema);
  } catch {
    // The robot that has the pack checks the parameters itself.
    return z.unknown();
  }
}

function problemsOf(
  issue: z.core.$ZodIssue,
  node: WorkflowNode,
  index: number,
  descriptor: NodeDescriptor,
): WorkflowProblem[] {
  const base = { severity: 'error' as const, nodeId: node.id };
  const label = node.name || descriptor.title;
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return issue.keys.map((key) => ({
      ...base,
      code: 'PARAM_UNKNOWN' as const,
      path: `nodes[${index}].params.${key}`,
      message: `"${label}" has no parameter "${key}". Remove it.`,
      fix: { kind: 'removeParam' as const, nodeId: node.id, param: key },
    }));
  }
  const value = valueAt(node.params, issue.path);
  if (holdsExpression(value)) return [];
  const path = `nodes[${index}].params${issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
  const name = titleOf(descriptor, issue.path[0]);
  if (value === undefined) {
    return [{ ...base, code: 'PARAM_MISSING', path, message: `"${label}" needs a value for "${name}".` }];
  }
  return [{ ...base, code: 'PARAM_INVALID', path, message: `"${name}" of "${label}": ${issue.message}.` }];
}

function titleOf(descriptor: NodeDescriptor, param: PropertyKey | undefined): string {
  const properties = descriptor.params.properties as Record<string, { title?: string }> | undefined;
  return properties?.[String(param)]?.title ?? String(param ?? 'parameters');
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  let value = params;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** Whether a value, or anything inside it, is text with `${`. */
function holdsExpression(value: unknown): boolean {
  const stack = [value];
  while (stack.length > 0) {
    const next = stack.pop();
    if (typeof next === 'string') {
      if (next.includes('${')) return true;
    } else if (next !== null && typeof next === 'object') stack.push(...Object.values(next));
  }
  return false;
}
