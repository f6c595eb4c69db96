import type { NodeDefinition } from '../define-node.ts';
import { browserNodes } from './browser/index.ts';
import { codeNodes } from './code/index.ts';
import { controlNodes } from './control/index.ts';
import { dataNodes } from './data/index.ts';
import { dateNodes } from './dates/index.ts';
import { fileNodes } from './files/index.ts';
import { httpNodes } from './http/index.ts';
import { mathNodes } from './math/index.ts';
import { textNodes } from './text/index.ts';

/** Every node type that comes with the product, pack by pack. */
export const builtinNodes: readonly NodeDefinition[] = [
  ...controlNodes,
  ...dataNodes,
  ...textNodes,
  ...dateNodes,
  ...mathNodes,
  ...fileNodes,
  ...httpNodes,
  ...browserNodes,
  ...codeNodes,
];
