import type { z } from 'zod';
import { analyzeGraph } from '../graph.ts';
import type { CatalogIndex } from '../node-descriptor.ts';
import type { WorkflowProblem } from '../problem.ts';
import { type Workflow, workflowEdgeSchema, workflowNodeSchema, workflowSchema } from '../workflow.ts';
import { DEEPEST_DOCUMENT, isTooDeep } from './depth.ts';
import { paramProblems } from './params.ts';
import { type KnownNames, referenceProblems } from './references.ts';
import { structureProblems } from './structure.ts';

/** More than this many problems of form help nobody. */
const MAX_SCHEMA_PROBLEMS = 500;

/**
 * Every problem of a document at once. Takes anything, never throws, linear in the document; a workflow without problems of
 * severity `error` compiles and runs. With `names` it also warns about credentials and assets that are not there.
 */
export function validateWorkflow(document: unknown, catalog: CatalogIndex, names?: KnownNames): WorkflowProblem[] {
  if (isTooDeep(document)) {
    const message = `The document is nested more than ${DEEPEST_DOCUMENT} levels deep.`;
    return [{ code: 'SCHEMA', severity: 'error', path: '', message }];
  }
  const parsed = workflowSchema.safeParse(document);
  if (parsed.success) return contentProblems(parsed.data, catalog, names);
  const problems = parsed.error.issues.slice(0, MAX_SCHEMA_PROBLEMS).map(schemaProblem);
  const rest = salvage(document);
  if (rest)
    problems.push(
      ...contentProblems(rest.workflow, catalog, names).map((problem) => ({
        ...problem,
        path: rest.originalPath(problem.path),
      })),
    );
  return problems;
}

/** Whether any of the problems keeps the workflow from running. */
export function hasErrors(problems: readonly WorkflowProblem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

function contentProblems(workflow: Workflow, catalog: CatalogIndex, names?: KnownNames): WorkflowProblem[] {
  const graph = analyzeGraph(workflow, catalog);
  const params = workflow.nodes.flatMap((node, i) => {
    const descriptor = catalog.get(node.type);
    return descriptor ? paramProblems(node, i, descriptor) : [];
  });
  return [
    ...graph.problems,
    ...structureProblems(workflow, graph, catalog),
    ...params,
    ...referenceProblems(workflow, graph, catalog, names),
  ];
}

function schemaProblem(issue: z.core.$ZodIssue): WorkflowProblem {
  const path = issue.path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
  return { code: 'SCHEMA', severity: 'error', path, message: `${path || 'The document'}: ${issue.message}.` };
}

/** The parts of a malformed document that can be read, so that their problems are found in the same pass. */
function salvage(document: unknown): { workflow: Workflow; originalPath(path: string): string } | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const source = document as Record<string, unknown>;
  const nodes = readable(source.nodes, workflowNodeSchema);
  const edges = readable(source.edges, workflowEdgeSchema);
  const shell = workflowSchema.safeParse({
    ...source,
    schemaVersion: 1,
    id: 'unreadable',
    name: 'unreadable',
    nodes: [],
    edges: [],
  });
  if (!shell.success || nodes.items.length === 0) return undefined;
  return {
    workflow: { ...shell.data, nodes: nodes.items, edges: edges.items },
    originalPath: (path) =>
      path.replace(
        /^(nodes|edges)\[(\d+)\]/,
        (_, list: string, i: string) => `${list}[${(list === 'nodes' ? nodes : edges).positions[Number(i)] ?? i}]`,
      ),
  };
}

function readable<T>(list: unknown, schema: z.ZodType<T>): { items: T[]; positions: number[] } {
  const items: T[] = [];
  const positions: number[] = [];
  if (Array.isArray(list)) {
    list.slice(0, 100_000).forEach((entry: unknown, i) => {
      const parsed = schema.safeParse(entry);
      if (!parsed.success) return;
      items.push(parsed.data);
      positions.push(i);
    });
  }
  return { items, positions };
}
