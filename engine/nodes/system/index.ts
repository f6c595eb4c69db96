import type { NodeDefinition } from '../../define-node.ts';

export const systemNodes: readonly NodeDefinition[] = [];
