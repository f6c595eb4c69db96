import type { NodeDefinition } from '../../define-node.ts';
import { add } from './add.ts';
import { next } from './next.ts';
import { setStatus } from './set-status.ts';

export const queueNodes: readonly NodeDefinition[] = [add, next, setStatus];
