import type { NodeDefinition } from '../define-node.ts';
import { aiNodes } from './ai/index.ts';
import { browserNodes } from './browser/index.ts';
import { codeNodes } from './code/index.ts';
import { controlNodes } from './control/index.ts';
import { dataNodes } from './data/index.ts';
import { databaseNodes } from './database/index.ts';
import { dateNodes } from './dates/index.ts';
import { desktopNodes } from './desktop/index.ts';
import { documentNodes } from './documents/index.ts';
import { fileNodes } from './files/index.ts';
import { httpNodes } from './http/index.ts';
import { mailNodes } from './mail/index.ts';
import { mathNodes } from './math/index.ts';
import { messagingNodes } from './messaging/index.ts';
import { peopleNodes } from './people/index.ts';
import { queueNodes } from './queue/index.ts';
import { systemNodes } from './system/index.ts';
import { textNodes } from './text/index.ts';
import { transferNodes } from './transfer/index.ts';
import { workflowNodes } from './workflow/index.ts';

/** Every node type that comes with the product, pack by pack. */
export const builtinNodes: readonly NodeDefinition[] = [
  ...controlNodes,
  ...workflowNodes,
  ...dataNodes,
  ...textNodes,
  ...dateNodes,
  ...mathNodes,
  ...fileNodes,
  ...documentNodes,
  ...httpNodes,
  ...browserNodes,
  ...desktopNodes,
  ...databaseNodes,
  ...mailNodes,
  ...transferNodes,
  ...messagingNodes,
  ...aiNodes,
  ...peopleNodes,
  ...queueNodes,
  ...systemNodes,
  ...codeNodes,
];
