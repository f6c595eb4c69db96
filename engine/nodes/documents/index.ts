import type { NodeDefinition } from '../../define-node.ts';

export const documentNodes: readonly NodeDefinition[] = [];
