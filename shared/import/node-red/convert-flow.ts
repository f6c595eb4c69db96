import type { DraftScope } from '../draft.ts';
import { type Flow, NOTHING, objectFlow } from '../flow.ts';
import { enter, type Entrance } from '../loops.ts';
import { Untranslatable } from '../rewrite.ts';
import type { RedConversion, RedConverter, RedReading } from './converter.ts';
import { DATA_NODES } from './converters/data-nodes.ts';
import { FLOW_NODES, placeholder } from './converters/flow-nodes.ts';
import { NETWORK_NODES } from './converters/network-nodes.ts';
import type { RedNode } from './document.ts';
import { joinInto } from './join.ts';
import { incomingOf, openNotes, placeOf, type RedNotes, type RedWalk, reportNode, titleOf } from './walk-flow.ts';

const CONVERTERS: Readonly<Record<string, RedConverter>> = { ...FLOW_NODES, ...DATA_NODES, ...NETWORK_NODES };

function enterNode(walk: RedWalk, node: RedNode): Entrance {
  const incoming = incomingOf(walk, node);
  if (incoming.length === 0)
    return { scope: walk.draft.root, exits: [], flow: NOTHING, ways: new Map(), origins: new Set() };
  return enter(walk.book, incoming, titleOf(node), 'any');
}

export function convertRed(walk: RedWalk, node: RedNode): void {
  if (node.type === 'join') return joinInto(walk, node);
  const entrance = enterNode(walk, node);
  const notes = openNotes();
  const reading = readingOf(walk, node, entrance.flow, notes);
  const type = node.type.startsWith('subflow:') ? 'subflow' : node.type;
  const converter = Object.hasOwn(CONVERTERS, type) ? CONVERTERS[type] : undefined;
  let conversion: RedConversion;
  if (converter) {
    try {
      conversion = converter(reading);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      notes.outcome = 'placeholder';
      notes.partial(`It could not be translated: ${error.message}`);
      conversion = placeholder(reading, node.wires.length);
    }
  } else {
    notes.outcome = 'placeholder';
    notes.tell(
      `There is no counterpart of "${node.type}" yet. The step keeps its settings; put steps that do the same in its place.`,
    );
    conversion = placeholder(reading, node.wires.length);
  }
  addSteps(walk, node, entrance, conversion, notes);
}

function addSteps(walk: RedWalk, node: RedNode, entrance: Entrance, conversion: RedConversion, notes: RedNotes): void {
  const { draft } = walk;
  const ids: string[] = [];
  const named = (text: string) =>
    text.replaceAll(/steps\.\$(\d)/g, (_all, i: string) => `steps.${ids[Number(i)] ?? 'step'}`);
  const namedValue = (value: unknown): unknown => JSON.parse(named(JSON.stringify(value ?? null))) as unknown;
  const at = placeOf(walk, node);
  const isFan = conversion.entries !== undefined && conversion.entries.length > 1;
  for (const [i, step] of conversion.steps.entries()) {
    if (i > 0 && !isFan) draft.makeRoomAt(at.x + 280 * i);
    ids.push(
      draft.addStep({
        type: step.type,
        name: `${titleOf(node)}${step.suffix ?? ''}`,
        position: isFan ? { x: at.x, y: at.y + 110 * i } : { x: at.x + 280 * i, y: at.y },
        params:
          step.type === 'code.javascript'
            ? { ...step.params, input: namedValue(step.params.input) }
            : (namedValue(step.params) as Record<string, unknown>),
        ...(node.d === true && { disabled: true }),
        ...(i === 0 && notes.inStep.length > 0 && { notes: notes.inStep.join('\n\n') }),
      }),
    );
  }
  let scope: DraftScope = entrance.scope;
  const gates = conversion.steps.map(
    (step, i) =>
      step.type === 'control.if' && conversion.outputs.some((output) => output.step === i && output.port === 'true'),
  );
  for (const [i, id] of ids.entries()) {
    const isEntry = (conversion.entries ?? [0]).includes(i);
    if (isEntry) for (const exit of entrance.exits) draft.connect(exit, id, scope);
    else {
      const before = gates[i] ? gates.indexOf(true) - 1 : i - 1;
      const isRbe = conversion.steps[before]?.type === 'control.if';
      draft.connect({ step: ids[before] ?? '', port: isRbe ? 'false' : 'out', scope }, id, scope);
    }
  }
  if (conversion.opens) {
    scope = { parent: entrance.scope, owner: ids.at(-1) ?? '', isAutomatic: false };
    walk.book.loops.set(scope, { origins: new Set([node.id]), ways: entrance.ways });
  }
  const outputs = conversion.outputs.map(({ step, port, message }) => ({
    exit: { step: ids[step] ?? '', port, scope },
    flow: node.d === true ? entrance.flow : namedFlow(message, named),
  }));
  walk.book.shapes.set(node.id, entrance.flow);
  // Ways only differ where exactly one output is taken.
  const isBranching = conversion.steps.length === 1 && conversion.steps[0]?.type === 'control.switch';
  walk.converted.set(node.id, { steps: ids, outputs, isBranching, scope: entrance.scope, ways: entrance.ways });
  reportNode(walk, node, notes.outcome, ids, notes.texts);
}

function namedFlow(flow: Flow, named: (text: string) => string): Flow {
  const members =
    flow.members && Object.fromEntries(Object.entries(flow.members).map(([name, value]) => [name, named(value)]));
  return members
    ? objectFlow(members, flow.base === undefined ? undefined : named(flow.base))
    : { ...flow, expression: named(flow.expression) };
}

function linksOf({ type, links }: RedNode): string[] {
  return type === 'link out' && Array.isArray(links) ? links.filter((id) => typeof id === 'string') : [];
}

function readingOf(walk: RedWalk, node: RedNode, message: Flow, notes: RedNotes): RedReading {
  const typeById = new Map(walk.flow.nodes.map((one) => [one.id, one.type]));
  const variable = (owner: string, field: string, isSecret: boolean) => {
    const key = `${owner}\n${field}`;
    const name = walk.variables.get(key) ?? walk.draft.variableName(`${owner} ${field}`);
    walk.variables.set(key, name);
    walk.draft.addVariable({ name, type: 'text', ...(isSecret && { secret: true }) });
    notes.tell(`Fill in the ${isSecret ? 'secret ' : ''}variable "${name}".`);
    return `\${vars.${name}}`;
  };
  return {
    node,
    message,
    following: [...node.wires.flat(), ...linksOf(node)].flatMap((id) => typeById.get(id) ?? []),
    config: (id) => (typeof id === 'string' ? walk.document.configs.get(id) : undefined),
    text(name, fallback = '') {
      const value = node[name];
      return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : fallback;
    },
    partial: notes.partial,
    tell: notes.tell,
    template(make, source) {
      try {
        return make();
      } catch (error) {
        if (!(error instanceof Untranslatable)) throw error;
        notes.partial(`"${source.slice(0, 200)}" could not be translated: ${error.message}`);
        return `\${/* Node-RED: ${source.replaceAll('*/', '* /').replaceAll(/[{}]/g, ' ').slice(0, 2000)} */}`;
      }
    },
    secret: (field, owner) => variable(owner, field, true),
    setting: (field) => variable(titleOf(node), field, false),
    input: (name) => void walk.draft.addInput({ name }),
    workflowIdOf: (id) => walk.workflowIds.get(id),
  };
}
