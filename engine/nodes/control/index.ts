import type { NodeDefinition } from '../../define-node.ts';
import { assert } from './assert.ts';
import { breakNode } from './break.ts';
import { continueNode } from './continue.ts';
import { delay } from './delay.ts';
import { forEach } from './for-each.ts';
import { ifNode } from './if.ts';
import { parallel } from './parallel.ts';
import { repeat } from './repeat.ts';
import { retry } from './retry.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { switchNode } from './switch.ts';
import { throwNode } from './throw.ts';
import { tryNode } from './try.ts';
import { waitUntil } from './wait-until.ts';
import { whileNode } from './while.ts';

export const controlNodes: readonly NodeDefinition[] = [
  start,
  ifNode,
  switchNode,
  forEach,
  whileNode,
  repeat,
  parallel,
  tryNode,
  retry,
  breakNode,
  continueNode,
  stop,
  throwNode,
  assert,
  delay,
  waitUntil,
];
