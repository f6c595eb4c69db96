import type { NodeDefinition } from '../../define-node.ts';
import { call } from './call.ts';

export const workflowNodes: readonly NodeDefinition[] = [call];
