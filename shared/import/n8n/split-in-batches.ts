import { isRecord } from '../json.ts';
import type { N8nNode } from './document.ts';
import { asList, type Converted, type Flow } from '../flow.ts';
import { collect, type Incoming } from '../loops.ts';
import { openReading } from './reading.ts';
import { enterNode, openLoop, positionOf, report, type Walk } from './walk.ts';

/** The loop of n8n: what leads back to it becomes the body of a For each. */
export function splitInBatches(walk: Walk, node: N8nNode, incoming: readonly Incoming[]): void {
  const entrance = enterNode(walk, node, incoming, 'list');
  const { notes } = openReading(walk, node, entrance, [entrance.flow]);
  const size =
    typeof node.parameters?.batchSize === 'number'
      ? Math.max(1, Math.floor(node.parameters.batchSize))
      : defaultSize(node);
  if (typeof node.parameters?.batchSize === 'string') notes.add('The size of a batch was an expression; it is 1 now.');
  if (isRecord(node.parameters?.options) && node.parameters.options.reset === true)
    notes.add('"Reset" has no counterpart: the loop goes over its items once.');
  const list = asList(entrance.flow);
  const items = size === 1 ? `\${${list}}` : `\${chunk(${list}, ${size})}`;
  const loop = openLoop(walk, entrance, node.name, items, positionOf(walk, node), false);
  const owner = loop.scope.owner;
  const item: Flow = size === 1 ? { kind: 'one', expression: 'item' } : { kind: 'list', expression: 'item' };
  const body = { exit: { step: owner, port: 'body', scope: loop.scope }, flow: item };
  const done = {
    exit: { step: owner, port: 'out', scope: entrance.scope },
    /** Asked for only by what stands behind the loop, when its body has been converted. */
    get flow(): Flow {
      return whatCameBack(walk, node, loop.scope.parent ?? walk.draft.root) ?? { kind: 'list', expression: list };
    },
  };
  const converted: Converted = {
    steps: [owner],
    outputs: isLoopFirst(node) ? [body, done] : [done, body],
    isBranching: false,
    scope: entrance.scope,
    ways: entrance.ways,
  };
  walk.converted.set(node.name, converted);
  walk.book.origins.set(node.name, new Set([...entrance.origins, node.name]));
  if ((node.typeVersion ?? 1) < 2 && (walk.document.links.get(node.name)?.length ?? 0) < 2)
    notes.add(
      'In this version the end of the loop was found with an If on "noItemsLeft"; what shall happen behind the loop has to be wired to its port Done.',
    );
  report(walk, node, notes.outcome, [owner], notes.texts);
}

function defaultSize(node: N8nNode): number {
  return (node.typeVersion ?? 1) >= 3 ? 1 : 10;
}

/** Version 3 put Done before Loop. */
export function isLoopFirst(node: N8nNode): boolean {
  return (node.typeVersion ?? 1) < 3;
}

function whatCameBack(walk: Walk, node: N8nNode, scope: Walk['draft']['root']): Flow | undefined {
  const ends = walk.order.back.filter((arrival) => arrival.to === node.name);
  for (const { from, output } of ends) {
    const converted = walk.converted.get(from);
    if (converted?.outputs[output] && from !== node.name)
      return collect(walk.book, { node: from, converted, output }, scope);
  }
  return undefined;
}
