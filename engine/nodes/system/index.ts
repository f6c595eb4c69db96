import type { NodeDefinition } from '../../define-node.ts';
import { endProcess } from './end-process.ts';
import { info } from './info.ts';
import { processes } from './processes.ts';
import { run } from './run.ts';
import { script } from './script.ts';
import { service } from './control-service.ts';

export const systemNodes: readonly NodeDefinition[] = [run, script, processes, endProcess, service, info];
