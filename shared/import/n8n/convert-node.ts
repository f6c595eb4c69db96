import { literalValue } from '../literal-text.ts';
import { recordAt } from '../json.ts';
import type { Conversion, Converter, Gives } from './converter.ts';
import { CONVERTERS, LENDERS } from './converters/index.ts';
import { isTrigger, unknownTrigger } from './converters/triggers.ts';
import type { N8nNode } from './document.ts';
import { type Flow, NOTHING, objectFlow } from '../flow.ts';
import type { Entrance, Incoming } from '../loops.ts';
import { mergeInto } from './merge.ts';
import { openReading, type ReadingNotes } from './reading.ts';
import { splitInBatches } from './split-in-batches.ts';
import { stepPolicy } from './step-policy.ts';
import { enterNode, incomingOf, positionOf, report, shortType, type Walk } from './walk.ts';

export function convertNode(walk: Walk, node: N8nNode): void {
  const type = shortType(node.type);
  const incoming = incomingOf(walk, node.name);
  if (type === 'splitInBatches') return splitInBatches(walk, node, incoming);
  if (type === 'merge') return mergeInto(walk, node, incoming);
  const isLender =
    incoming.length === 0 && [...walk.document.lent.values()].flat().some((one) => one.name === node.name);
  if (isLender && LENDERS.has(type)) {
    report(walk, node, 'converted', [], ['Its settings went into the step that uses it.']);
    return;
  }
  const known = Object.hasOwn(CONVERTERS, type)
    ? CONVERTERS[type]
    : isTrigger(type) && incoming.length === 0
      ? unknownTrigger
      : undefined;
  const reads = known?.reads ?? 'any';
  const entrance = enterNode(walk, node, incoming, reads);
  addConverted(walk, node, entrance, known, incoming);
}

function addConverted(
  walk: Walk,
  node: N8nNode,
  entrance: Entrance,
  converter: Converter | undefined,
  incoming: readonly (Incoming & { input: number })[],
): void {
  const { draft } = walk;
  const inputs: Flow[] = [];
  for (const one of incoming) inputs[one.input] ??= entrance.flow;
  const { reading, notes } = openReading(walk, node, entrance, inputs.length === 0 ? [NOTHING] : inputs);
  const conversion = converter?.convert(reading) ?? placeholderOf(node, notes);
  const step = addStep(walk, node, conversion, notes);
  const named = (text: string) => text.replaceAll('steps.$self', `steps.${step}`);
  const flowOf = (gives: Gives | undefined): Flow => {
    if (gives === undefined || gives === 'input' || node.disabled === true) return entrance.flow;
    if ('path' in gives) return { kind: gives.kind, expression: `steps.${step}.output${gives.path}` };
    const members = Object.entries(gives.members ?? {}).map(([name, value]) => [name, named(value)] as const);
    const flow: Flow = {
      ...gives,
      expression: named(gives.expression),
      ...(gives.members && { members: Object.fromEntries(members) }),
    };
    if (flow.members) walk.book.shapes.set(flow.expression, flow);
    return flow;
  };
  const ports = conversion.ports ?? ['out'];
  const givesFor = (i: number): Gives | undefined =>
    Array.isArray(conversion.gives) ? (conversion.gives as Gives[])[i] : (conversion.gives as Gives);
  const outputs = ports.map((port, i) => ({ exit: { step, port, scope: entrance.scope }, flow: flowOf(givesFor(i)) }));
  if (node.onError === 'continueErrorOutput')
    outputs.push({
      exit: { step, port: 'error', scope: entrance.scope },
      flow: failureOf(walk, step),
    });
  const isSame = conversion.sameItems === true || conversion.gives === undefined || conversion.gives === 'input';
  walk.book.origins.set(node.name, new Set(isSame ? [...entrance.origins, node.name] : [node.name]));
  walk.converted.set(node.name, {
    steps: [step],
    outputs,
    isBranching: outputs.length > 1 && converter !== undefined,
    scope: entrance.scope,
    ways: entrance.ways,
  });
  for (const exit of entrance.exits) draft.connect(exit, step, entrance.scope);
  report(walk, node, converter ? notes.outcome : 'placeholder', [step], notes.texts);
}

function failureOf(walk: Walk, step: string): Flow {
  const flow = objectFlow({ error: `steps.${step}.error` });
  walk.book.shapes.set(flow.expression, flow);
  return flow;
}

function addStep(walk: Walk, node: N8nNode, conversion: Conversion, notes: ReadingNotes): string {
  const policy = stepPolicy(node, conversion.type, notes);
  const pinned = pinnedOutput(walk, node, conversion, notes);
  const texts = [node.notes?.trim() ?? '', ...notes.inStep].filter((text) => text !== '');
  return walk.draft.addStep({
    type: conversion.type,
    name: node.name,
    position: positionOf(walk, node),
    params: conversion.params,
    ...policy,
    ...(texts.length > 0 && { notes: texts.join('\n\n') }),
    ...(pinned !== undefined && { pinnedOutput: pinned as never }),
  });
}

/** Pinned data of n8n in the form that the step gives. */
function pinnedOutput(walk: Walk, node: N8nNode, conversion: Conversion, notes: ReadingNotes): unknown {
  const items = walk.document.pinned[node.name];
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const gives = Array.isArray(conversion.gives) ? undefined : (conversion.gives as Gives | undefined);
  const member = gives && gives !== 'input' && 'path' in gives ? /^\.(\w+)$/.exec(gives.path)?.[1] : undefined;
  if (!gives || gives === 'input' || !('path' in gives) || (member === undefined && gives.path !== '')) {
    notes.tell('Its pinned data was left out.');
    return undefined;
  }
  const json = items.map((item) => recordAt(item, 'json'));
  const value = gives.kind === 'list' || json.length > 1 ? json : json[0];
  if (conversion.type === 'http.request') return { status: 200, ok: true, headers: {}, body: value, url: '' };
  return member === undefined ? value : { [member]: value };
}

function placeholderOf(node: N8nNode, notes: ReadingNotes): Conversion {
  notes.add(
    `There is no counterpart of ${node.type} yet. The step keeps its parameters; put steps that do the same in its place.`,
  );
  const type = `n8n.${shortType(node.type).replaceAll(/[^\w.-]/g, '_')}`.slice(0, 128);
  return {
    type,
    params: literalValue(node.parameters ?? {}) as Record<string, unknown>,
    ports: ['out', 'out2', 'out3', 'out4', 'out5', 'out6', 'out7', 'out8'],
    gives: { kind: 'maybe', path: '' },
  };
}
