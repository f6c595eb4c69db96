import type { NodeDefinition } from '../../define-node.ts';

export const workflowNodes: readonly NodeDefinition[] = [];
