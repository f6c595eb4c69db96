import type { NodeDefinition } from '../../define-node.ts';

export const databaseNodes: readonly NodeDefinition[] = [];
