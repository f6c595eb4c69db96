import type { HostRequest, Workflow, WorkflowNode } from '@casare/shared';
import { calledId } from '../called/called-id.ts';

export type Breakpoints = HostRequest<'run.setBreakpoints'>['breakpoints'];

/** Conditions of breakpoints, by workflow and step. They belong to this machine, not to the document. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Every breakpoint that a run of the workflow may meet: its own, and those of the workflows it calls. The ones sent to a run take the
 * place of those in the documents, so none may be missing.
 */
export async function breakpointsOf(
  workflow: Pick<Workflow, 'id' | 'nodes'>,
  conditions: Conditions,
  load: (workflowId: string) => Promise<Pick<Workflow, 'id' | 'nodes'> | undefined>,
): Promise<Breakpoints> {
  const found: Breakpoints = [];
  const seen = new Set([workflow.id]);
  const waiting: Pick<Workflow, 'id' | 'nodes'>[] = [workflow];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const node of next.nodes) {
      if (node.breakpoint) found.push(breakpoint(next.id, node, conditions));
      const called = calledId(node);
      if (called === undefined || seen.has(called)) continue;
      seen.add(called);
      const document = await load(called);
      if (document) waiting.push(document);
    }
  }
  return found;
}

function breakpoint(workflowId: string, node: WorkflowNode, conditions: Conditions): Breakpoints[number] {
  const condition = conditions[workflowId]?.[node.id];
  return { nodeId: node.id, workflowId, ...(condition !== undefined && { condition }) };
}

/** With the condition of one step set; an empty one takes it away. */
export function withCondition(
  conditions: Conditions,
  workflowId: string,
  nodeId: string,
  condition: string,
): Conditions {
  const { [nodeId]: _, ...others } = conditions[workflowId] ?? {};
  const { [workflowId]: __, ...rest } = conditions;
  const own = condition.trim() === '' ? others : { ...others, [nodeId]: condition };
  return Object.keys(own).length === 0 ? rest : { ...rest, [workflowId]: own };
}

export function readConditions(value: unknown): Conditions {
  if (value === null || typeof value !== 'object') return {};
  let conditions: Conditions = {};
  for (const [workflowId, steps] of Object.entries(value)) {
    if (steps === null || typeof steps !== 'object') continue;
    for (const [nodeId, text] of Object.entries(steps as Record<string, unknown>)) {
      if (typeof text === 'string') conditions = withCondition(conditions, workflowId, nodeId, text);
    }
  }
  return conditions;
}
