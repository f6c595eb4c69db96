import type { CatalogIndex } from '../../node-descriptor.ts';
import { createDraft } from '../draft.ts';
import { isRecord, jsonCopy, textAt } from '../json.ts';
import { documentIdOf, freeId } from '../names.ts';
import { type ImportReport, type ImportResult, type ImportedNode, sumUp } from '../report.ts';
import { convertNode } from './convert-node.ts';
import { isN8n, type N8nDocument, type N8nNode, readN8n } from './document.ts';
import { type Converted, firstThatRan, type Flow, ifThere, neverBoth } from '../flow.ts';
import { collect } from '../loops.ts';
import { orderNodes } from './order.ts';
import { isLoopFirst } from './split-in-batches.ts';
import { convertTriggers, triggersOf } from './starts.ts';
import { report, scaled, shortType, type Walk } from './walk.ts';

/** Whether `importN8n` can read it: one workflow, or a list of them. */
export function isN8nDocument(json: unknown): boolean {
  return isN8n(json) || (Array.isArray(json) && json.some(isN8n));
}

/**
 * Turns an export of n8n into workflows, with a report of what became of each node. Pure: reads and writes nothing. Takes anything for
 * which `isN8nDocument` holds and never throws on what is inside.
 */
export function importN8n(json: unknown, catalog: CatalogIndex): ImportResult {
  const copy = jsonCopy(json);
  const sources = (Array.isArray(copy) ? copy : [copy]).filter(isN8n).filter(isRecord);
  const read = sources.map((source) => readN8n(source));
  const documentIds: string[] = [];
  for (const { document } of read) documentIds.push(freeId(documentIdOf(document.name, 'workflow'), documentIds));
  const workflowIds = new Map(
    read.flatMap(({ document }, i) => [
      [document.id, documentIds[i] ?? ''] as const,
      [document.name, documentIds[i] ?? ''] as const,
    ]),
  );
  const results = read.map(({ document, unreadable }, i) =>
    importOne(document, documentIds[i] ?? 'workflow', workflowIds, catalog, unreadable),
  );
  const nodes = results.flatMap((result) => result.nodes);
  return {
    workflows: results.map((result) => result.workflow),
    report: {
      source: 'n8n',
      workflows: results.map(({ workflow }) => ({
        id: workflow.id,
        name: workflow.name,
        steps: workflow.nodes.length,
      })),
      nodes,
      ...sumUp(nodes),
      notes: results.flatMap((result) => result.notes),
      problems: results.flatMap((result) => result.problems),
    } satisfies ImportReport,
  };
}

function importOne(
  document: N8nDocument,
  id: string,
  workflowIds: ReadonlyMap<string, string>,
  catalog: CatalogIndex,
  unreadable: number,
) {
  const walk = openWalk(document, id, workflowIds);
  const triggers = triggersOf(document);
  convertTriggers(walk, triggers);
  for (const name of walk.order.names) {
    const node = walk.nodeByName.get(name);
    if (!node || walk.converted.has(name) || triggers.includes(node)) continue;
    if (shortType(node.type) === 'stickyNote') keepNote(walk, node);
    else convertNode(walk, node);
  }
  if (triggers.length === 0) wireRootsToStart(walk);
  tellLostLoops(walk);
  const result = resultOf(walk);
  if (result !== undefined)
    walk.draft.addOutput({ name: 'result', value: result, description: 'What the last node gave.' });
  const { workflow, problems } = walk.draft.finish(catalog);
  const notes = unreadable > 0 ? [`${document.name}: ${unreadable} entries could not be read as nodes.`] : [];
  return { workflow, problems, notes, nodes: walk.reported.map((node) => ({ ...node, workflow: id })) };
}

function openWalk(document: N8nDocument, id: string, workflowIds: ReadonlyMap<string, string>): Walk {
  const draft = createDraft(id, document.name, 'Imported from n8n.');
  const order = orderNodes(document, triggersOf(document), (name) => {
    const node = document.nodes.find((one) => one.name === name);
    return node !== undefined && shortType(node.type) === 'splitInBatches' && !isLoopFirst(node);
  });
  return {
    document,
    order,
    draft,
    book: {
      draft,
      loops: new Map(),
      origins: new Map(),
      successors: (name) => (document.links.get(name) ?? []).flat().length,
      collected: new Map(),
      shapes: new Map(),
    },
    converted: new Map(),
    reported: [],
    workflowIds,
    nodeByName: new Map([...document.nodes].reverse().map((node) => [node.name, node])),
  };
}

function keepNote(walk: Walk, node: N8nNode): void {
  const { width, height } = { width: 240, height: 160, ...node.parameters } as Record<string, unknown>;
  const size = { width: typeof width === 'number' ? width : 240, height: typeof height === 'number' ? height : 160 };
  walk.draft.addNote(textAt(node.parameters, 'content'), walk.draft.place(scaled(node.position ?? [0, 0])), size);
  report(walk, node, 'dropped', [], ['Became a note on the canvas.']);
}

/** Without a trigger the nodes that nothing leads to are where a person would have begun. */
function wireRootsToStart(walk: Walk): void {
  const { root } = walk.draft;
  for (const [name, { steps }] of walk.converted) {
    if ((walk.order.arrivals.get(name) ?? []).length === 0 && steps[0] !== undefined)
      walk.draft.connect({ step: 'start', port: 'out', scope: root }, steps[0], root);
  }
}

/** Loops that are not made with Split In Batches: the wire back cannot be kept. */
function tellLostLoops(walk: Walk): void {
  for (const { from, to } of walk.order.back) {
    const target = walk.nodeByName.get(to);
    const reported = walk.reported.find((node) => node.name === from) as ImportedNode | undefined;
    if (!reported || (target && shortType(target.type) === 'splitInBatches')) continue;
    if (reported.outcome === 'converted') reported.outcome = 'partial';
    reported.notes.push(
      `Its wire back to "${to}" was left out: put the steps to repeat into the body of a While (control.while).`,
    );
  }
}

/** What the last node gave, as n8n hands it to a workflow that calls this one. */
function resultOf(walk: Walk): string | undefined {
  const leaves = walk.order.names.flatMap((name) => {
    const converted = walk.converted.get(name);
    const leads = (walk.document.links.get(name) ?? []).flat().length > 0;
    return converted && !leads && converted.outputs.length > 0 ? [{ name, converted }] : [];
  });
  const flows = leaves.map(({ name, converted }) => flowAtRoot(walk, name, converted));
  const exclusive = leaves.every((one, i) =>
    leaves.slice(i + 1).every((other) => neverBoth(one.converted.ways, other.converted.ways)),
  );
  const flow = exclusive && flows.every((one) => one.kind === flows[0]?.kind) ? firstThatRan(flows) : flows.at(-1);
  if (
    !flow ||
    flows.length === 0 ||
    flow.expression === '({})' ||
    /\b(item|index)\b/.test(flow.expression.replaceAll(/\.item\b/g, ''))
  )
    return undefined;
  return `\${${ifThere(flow.expression)}}`;
}

function flowAtRoot(walk: Walk, name: string, converted: Converted): Flow {
  const output = 0;
  const out = converted.outputs[output];
  if (!out || out.exit.scope === walk.draft.root) return out?.flow ?? { kind: 'one', expression: '({})' };
  return collect(walk.book, { node: name, converted, output }, walk.draft.root);
}
