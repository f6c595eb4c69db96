import type { NodeDefinition } from '../../define-node.ts';

export const aiNodes: readonly NodeDefinition[] = [];
