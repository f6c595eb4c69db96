import type { CatalogIndex } from '../../node-descriptor.ts';
import { createDraft } from '../draft.ts';
import { NOTHING, objectFlow } from '../flow.ts';
import { jsonCopy } from '../json.ts';
import { documentIdOf, freeId } from '../names.ts';
import { type ImportReport, type ImportResult, sumUp } from '../report.ts';
import { isNodeRed, readNodeRed, type RedDocument, type RedFlow, type RedNode } from './document.ts';
import { isRedStart, orderRed } from './order.ts';
import { collect } from '../loops.ts';
import { convertRed } from './convert-flow.ts';
import { placeOf, type RedWalk, reportNode, titleOf } from './walk-flow.ts';

/** Whether `importNodeRed` can read it. */
export function isNodeRedDocument(json: unknown): boolean {
  return isNodeRed(json);
}

/**
 * Turns an export of Node-RED into workflows, one for each tab and each subflow, with a report of what became of each node. Pure: reads and
 * writes nothing, and never throws on what is inside.
 */
export function importNodeRed(json: unknown, catalog: CatalogIndex): ImportResult {
  const document = readNodeRed(jsonCopy(json));
  const flows = document.flows.filter((flow) => flow.nodes.length > 0);
  const workflowIds = new Map<string, string>();
  for (const flow of flows)
    workflowIds.set(flow.id, freeId(documentIdOf(flow.name, 'flow'), [...workflowIds.values()]));
  const results = flows.map((flow) => importFlow(flow, document, workflowIds, catalog));
  const nodes = results.flatMap((result) => result.nodes);
  const notes = document.unreadable > 0 ? [`${document.unreadable} entries could not be read as nodes.`] : [];
  if (document.configs.size > 0)
    notes.push(
      `Configuration is not imported: ${[...document.configs.values()]
        .slice(0, 50)
        .map((node) => `${titleOf(node)} (${node.type})`)
        .join(', ')}.`,
    );
  return {
    workflows: results.map((result) => result.workflow),
    report: {
      source: 'Node-RED',
      workflows: results.map(({ workflow }) => ({
        id: workflow.id,
        name: workflow.name,
        steps: workflow.nodes.length,
      })),
      nodes,
      ...sumUp(nodes),
      notes,
      problems: results.flatMap((result) => result.problems),
    } satisfies ImportReport,
  };
}

function importFlow(
  flow: RedFlow,
  document: RedDocument,
  workflowIds: ReadonlyMap<string, string>,
  catalog: CatalogIndex,
) {
  const id = workflowIds.get(flow.id) ?? 'flow';
  const walk = openWalk(flow, document, id, workflowIds);
  const roots = rootsOf(flow, walk.order);
  begin(walk, roots);
  const byId = new Map(flow.nodes.map((node) => [node.id, node]));
  for (const nodeId of walk.order.ids) {
    const node = byId.get(nodeId);
    if (!node || walk.converted.has(nodeId)) continue;
    if (node.type === 'comment') keepNote(walk, node);
    else if (node.type === 'group') keepFrame(walk, node);
    else convertRed(walk, node);
  }
  for (const { from, to } of walk.order.back) {
    const reported = walk.reported.find((node) => node.sourceId === from);
    if (!reported) continue;
    if (reported.outcome === 'converted') reported.outcome = 'partial';
    reported.notes.push(
      `Its wire back to "${titleOf(byId.get(to) ?? { id: to, type: to, wires: [] })}" was left out: put the steps to repeat into the body of a While (control.while).`,
    );
  }
  declareResult(walk);
  const { workflow, problems } = walk.draft.finish(catalog);
  return { workflow, problems, nodes: walk.reported.map((node) => ({ ...node, workflow: id })) };
}

function openWalk(flow: RedFlow, document: RedDocument, id: string, workflowIds: ReadonlyMap<string, string>): RedWalk {
  const draft = createDraft(id, flow.name, flow.info || 'Imported from Node-RED.');
  const order = orderRed(
    flow,
    flow.nodes.filter((node) => isRedStart(node.type)),
  );
  const sizes = new Map(flow.nodes.map((node) => [node.id, node.wires.flat().length]));
  const book = {
    draft,
    loops: new Map(),
    origins: new Map(),
    successors: (name: string) => sizes.get(name.split(' ').at(-1) ?? '') ?? 0,
    collected: new Map(),
    shapes: new Map(),
  };
  return { flow, document, order, draft, book, converted: new Map(), reported: [], workflowIds, variables: new Map() };
}

function rootsOf(flow: RedFlow, order: RedWalk['order']): RedNode[] {
  const roots = flow.nodes.filter(
    (node) => isRedStart(node.type) && (order.arrivals.get(node.id) ?? []).length === 0 && node.wires.flat().length > 0,
  );
  const rank = (node: RedNode) => (node.d === true ? 2 : node.type === 'inject' || node.type === 'http in' ? 0 : 1);
  return roots.sort((a, b) => rank(a) - rank(b));
}

/** One start for all roots; whoever starts the workflow says in the input `trigger` which of several it is. */
function begin(walk: RedWalk, roots: readonly RedNode[]): void {
  const { draft, flow } = walk;
  const [first] = roots;
  const at = first ? placeOf(walk, first) : { x: 0, y: 0 };
  const isPlain = roots.length === 1 && first !== undefined && (first.type === 'inject' || first.type === 'http in');
  if (isPlain && !flow.subflow) {
    convertRed(walk, first);
    return;
  }
  const start = draft.addStep({ type: 'control.start', name: 'Start', position: { x: at.x - 560, y: at.y } });
  const root = { step: start, port: 'out', scope: draft.root };
  if (flow.subflow) {
    draft.addInput({ name: 'msg', type: 'object', default: {} });
    walk.converted.set('#start', {
      steps: [start],
      outputs: [{ exit: root, flow: { kind: 'one', expression: 'input.msg' } }],
      isBranching: false,
      scope: draft.root,
      ways: new Map(),
    });
    const arrivals = walk.order.arrivals as Map<string, { from: string; output: number }[]>;
    for (const entry of flow.subflow.entries)
      arrivals.set(entry, [...(arrivals.get(entry) ?? []), { from: '#start', output: 0 }]);
    return;
  }
  if (roots.length === 0) return;
  const named = roots
    .slice(0, 60)
    .map((node, i) => ({ node, port: `trigger${i + 1}`, name: freeId(titleOf(node), roots.slice(0, i).map(titleOf)) }));
  draft.addInput({
    name: 'trigger',
    type: 'text',
    default: named[0]?.name ?? '',
    description: 'Name of what started the workflow: decides where it begins.',
  });
  const choose = draft.addStep({
    type: 'control.switch',
    name: 'What started it',
    position: { x: at.x - 280, y: at.y },
    params: { value: '${input.trigger}', cases: named.map(({ port, name }) => ({ port, equals: name })) },
  });
  draft.connect(root, choose, draft.root);
  for (const { node, port, name } of named) {
    convertRed(walk, node);
    const made = walk.converted.get(node.id);
    const step = draft.step(made?.steps[0] ?? '');
    if (!made || !step) continue;
    if (step.type === 'control.start')
      Object.assign(step, {
        type: 'data.log',
        params: { message: `Started by ${name}`.replaceAll('${', '$ {').slice(0, 500), level: 'debug' },
      });
    draft.connect({ step: choose, port, scope: draft.root }, step.id, draft.root);
    walk.converted.set(node.id, { ...made, ways: new Map([[choose, port]]) });
  }
}

function keepNote(walk: RedWalk, node: RedNode): void {
  const info = typeof node.info === 'string' ? node.info : '';
  walk.draft.addNote([node.name ?? '', info].filter((text) => text !== '').join('\n\n'), placeOf(walk, node));
  reportNode(walk, node, 'dropped', [], ['Became a note on the canvas.']);
}

function keepFrame(walk: RedWalk, node: RedNode): void {
  const [width, height] = [typeof node.w === 'number' ? node.w : 200, typeof node.h === 'number' ? node.h : 100];
  walk.draft.addFrame({
    id: `frame-${node.id}`.slice(0, 64),
    title: (node.name ?? '').slice(0, 200),
    position: placeOf(walk, node),
    size: { width: width * 1.5, height: height * 1.6 },
  });
  reportNode(walk, node, 'dropped', [], ['Became a frame on the canvas.']);
}

/** A subflow gives the message at its output; a tab gives the last message of its last node, which nobody saw there but tests like to. */
function declareResult(walk: RedWalk): void {
  const exit = walk.flow.subflow?.exits[0];
  const converted = exit ? walk.converted.get(exit.node) : undefined;
  if (!walk.flow.subflow || !exit) return;
  const out = converted?.outputs[exit.output];
  const flow =
    !converted || !out
      ? NOTHING
      : out.exit.scope === walk.draft.root
        ? out.flow
        : collect(walk.book, { node: exit.node, converted, output: exit.output }, walk.draft.root);
  const value = converted ? flow.expression : objectFlow({ payload: 'input.msg' }).expression;
  walk.draft.addOutput({
    name: 'msg',
    value: `\${${value}}`,
    description: 'The message at the output of the subflow.',
  });
}
