import type { NodeDefinition } from '../../define-node.ts';

export const mailNodes: readonly NodeDefinition[] = [];
