import type { Workflow, WorkflowNode } from '@casare/shared';
import type { NodeDefinition } from './define-node.ts';
import type { Registry } from './registry.ts';

/** Lifts the parameters of steps that were saved for an older version of their node type; gives the document back where there are none. */
export function upgradeNodes(document: Workflow, registry: Registry): Workflow {
  let changed = false;
  const nodes = document.nodes.map((node) => {
    const definition = registry.get(node.type);
    if (!definition || node.version >= definition.version) return node;
    changed = true;
    return upgradeNode(node, definition);
  });
  return changed ? { ...document, nodes } : document;
}

function upgradeNode(node: WorkflowNode, definition: NodeDefinition): WorkflowNode {
  let params: Record<string, unknown> = { ...node.params };
  for (let version = node.version; version < definition.version; version++) {
    params = definition.upgrade?.[version]?.(params) ?? params;
  }
  return { ...node, version: definition.version, params: params as WorkflowNode['params'] };
}
