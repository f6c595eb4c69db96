import type { NodeDefinition } from '../../define-node.ts';

export const transferNodes: readonly NodeDefinition[] = [];
