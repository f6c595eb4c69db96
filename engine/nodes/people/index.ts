import type { NodeDefinition } from '../../define-node.ts';

export const peopleNodes: readonly NodeDefinition[] = [];
