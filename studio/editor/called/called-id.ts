import type { WorkflowNode } from '@casare/shared';
import { isExpression } from '../form/form-model.ts';

export const CALL_TYPE = 'workflow.call';

/** Id of the workflow that a step calls, where it stands there plainly. */
export function calledId(node: WorkflowNode): string | undefined {
  if (node.type !== CALL_TYPE) return undefined;
  const { workflowId } = node.params;
  return typeof workflowId === 'string' && workflowId !== '' && !isExpression(workflowId) ? workflowId : undefined;
}
