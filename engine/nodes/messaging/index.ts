import type { NodeDefinition } from '../../define-node.ts';

export const messagingNodes: readonly NodeDefinition[] = [];
