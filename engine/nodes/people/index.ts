import type { NodeDefinition } from '../../define-node.ts';
import { approve } from './approve.ts';
import { form } from './form.ts';
import { notify } from './notify.ts';

export const peopleNodes: readonly NodeDefinition[] = [form, approve, notify];
