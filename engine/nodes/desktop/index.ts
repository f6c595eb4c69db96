import type { NodeDefinition } from '../../define-node.ts';

export const desktopNodes: readonly NodeDefinition[] = [];
