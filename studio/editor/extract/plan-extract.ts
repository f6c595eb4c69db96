import { type CatalogIndex, type RootUse, type Workflow, type WorkflowInput, type WorkflowNode } from '@casare/shared';
import { CALL_TYPE } from '../called/called-id.ts';
import { createEdge, createNode } from '../edits/new-node.ts';
import { newWorkflow } from '../files/new-workflow.ts';
import type { Change } from '../store/changes.ts';
import { type EditorDocument, freeId, rows } from '../store/editor-document.ts';
import type { Command } from '../store/history.ts';
import { mapParams, mapUses } from './map-uses.ts';
import { shapeOf, type SelectionShape } from './selection-shape.ts';

export interface Extraction {
  /** The new workflow; its inputs and outputs follow from what its steps read, and what is read of them. */
  workflow: Workflow;
  /** What happens here, as one step of undo. */
  command: Command;
  callId: string;
}

export type ExtractResult = { ok: true; extraction: Extraction } | { ok: false; why: string };

/** Thrown inside of planning only, to say why it cannot be done. */
class Refusal extends Error {}

/** Makes a workflow of the selected steps, and a call of it in their place. */
export function planExtract(
  document: EditorDocument,
  catalog: CatalogIndex,
  selected: readonly string[],
  name: string,
): ExtractResult {
  const found = shapeOf(document, catalog, selected);
  if (!found.ok) return found;
  try {
    return { ok: true, extraction: extract(document, catalog, found.shape, name) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.message };
    throw error;
  }
}

function extract(document: EditorDocument, catalog: CatalogIndex, shape: SelectionShape, name: string): Extraction {
  const descriptor = catalog.get(CALL_TYPE);
  if (!descriptor) throw new Refusal('There is no step here that calls a workflow.');
  const inside = rows(document.nodes).filter(({ id }) => shape.ids.has(id));
  const outside = rows(document.nodes).filter(({ id }) => !shape.ids.has(id));
  const own = ownVariables(document, catalog, shape, inside, outside);

  const inputs = namedValues();
  const isKnown = (use: RootUse, node: WorkflowNode) => isInside(use, node, shape, own);
  const nodes = inside.map((node) => ({
    ...node,
    params: mapParams(catalog, node, (use) => {
      if (isKnown(use, node)) return undefined;
      return `input.${inputs.nameOf(refusePart(use), sourceOf(use))}`;
    }),
  }));

  const base = newWorkflow(name, catalog);
  const entryAt = document.nodes.byId[shape.entry]?.position ?? { x: 0, y: 0 };
  const call = createNode(descriptor, document, entryAt, { workflowId: base.id });
  const outputs = namedValues();
  const readOutside = (use: RootUse) => {
    if (use.root !== 'steps' || !shape.ids.has(use.names[0] ?? '')) return undefined;
    return `steps.${call.id}.output.${outputs.nameOf(refusePart(use), sourceOf(use))}`;
  };
  const changes: Change[] = [];
  for (const node of outside) {
    const params = mapParams(catalog, node, readOutside);
    for (const [key, value] of Object.entries(params)) {
      if (value !== node.params[key]) changes.push({ type: 'setParam', nodeId: node.id, path: [key], value });
    }
  }
  const headOutputs = mapUses(document.head.outputs, readOutside);
  const start = base.nodes[0];
  const workflow: Workflow = {
    ...base,
    nodes: [...base.nodes, ...moved(nodes, entryAt, start)],
    edges: [
      ...(start ? [createEdge(document, { node: start.id, port: 'out' }, { node: shape.entry, port: 'in' })] : []),
      ...rows(document.edges).filter(({ from, to }) => shape.ids.has(from.node) && shape.ids.has(to.node)),
    ],
    variables: document.head.variables.filter((variable) => own.has(variable.name)),
    inputs: inputs.list.map(({ name: input, source }) => declarationOf(document, input, source)),
    outputs: outputs.list.map(({ name: output, source }) => ({ name: output, value: `\${${source}}` })),
  };
  if (start && shape.ids.has(start.id)) throw new Refusal(`A step with the id "${start.id}" is in the way. Rename it.`);

  const given = Object.fromEntries(inputs.list.map(({ name: input, source }) => [input, `\${${source}}`]));
  const placed = {
    ...call,
    name: name.slice(0, 200),
    params: { ...call.params, ...(inputs.list.length > 0 && { input: given }) },
  };
  return {
    workflow,
    callId: call.id,
    command: {
      label: `Extract ${inside.length === 1 ? 'a step' : `${inside.length} steps`} to “${name}”`,
      changes: [
        { type: 'addNodes', nodes: [placed] },
        // Wires that stay keep their place in the order in which branches run.
        ...shape.incoming.map(
          ({ id, from }): Change => ({ type: 'reconnect', edgeId: id, from, to: { node: call.id, port: 'in' } }),
        ),
        ...shape.outgoing.map(
          ({ id, to }): Change => ({ type: 'reconnect', edgeId: id, from: { node: call.id, port: 'out' }, to }),
        ),
        { type: 'remove', items: { nodes: [...shape.ids] } },
        ...changes,
        ...headChanges(document, own, headOutputs),
      ],
    },
  };
}

function headChanges(document: EditorDocument, own: ReadonlySet<string>, outputs: Workflow['outputs']): Change[] {
  const { head } = document;
  const variables = head.variables.filter((variable) => !own.has(variable.name));
  const changed = {
    ...(outputs !== head.outputs && { outputs }),
    ...(variables.length !== head.variables.length && { variables }),
  };
  return Object.keys(changed).length === 0 ? [] : [{ type: 'setHead', head: changed }];
}

/** Variables that only the selected steps use go with them. One that is set there and used here as well cannot. */
function ownVariables(
  document: EditorDocument,
  catalog: CatalogIndex,
  shape: SelectionShape,
  inside: readonly WorkflowNode[],
  outside: readonly WorkflowNode[],
): Set<string> {
  const set = new Set(inside.flatMap((node) => variablesSetBy(catalog, node)));
  const used = new Set(outside.flatMap((node) => variablesSetBy(catalog, node)));
  const note = (use: RootUse) => {
    if (use.root === 'vars') used.add(use.names[0] ?? '*');
    return undefined;
  };
  for (const node of outside) mapParams(catalog, node, note);
  mapUses(document.head.outputs, note);
  for (const name of set) {
    if (used.has(name) || used.has('*'))
      throw new Refusal(
        `The selected steps set the variable “${name}”, which other steps use too. A called workflow has variables of its own.`,
      );
    if (shape.nested)
      throw new Refusal(
        `The selected steps set the variable “${name}” in a container, where it lasts from pass to pass. A called workflow begins anew each time.`,
      );
  }
  return set;
}

function variablesSetBy(catalog: CatalogIndex, node: WorkflowNode): string[] {
  const properties = (catalog.get(node.type)?.params['properties'] ?? {}) as Record<string, { 'x-widget'?: string }>;
  return Object.entries(node.params).flatMap(([key, value]) =>
    properties[key]?.['x-widget'] === 'variable' && typeof value === 'string' ? [value] : [],
  );
}

/** Whether what is read goes along with the steps. */
function isInside(use: RootUse, node: WorkflowNode, shape: SelectionShape, own: ReadonlySet<string>): boolean {
  const around = () => shape.ownersWithin(node.id);
  switch (use.root) {
    case 'steps':
      return shape.ids.has(use.names[0] ?? '');
    case 'vars':
      return own.has(use.names[0] ?? '');
    case 'item':
      return around().some(({ container }) => container === 'forEach');
    case 'index':
      return around().some(({ container }) => ['forEach', 'while', 'repeat', 'retry'].includes(container ?? ''));
    case 'error':
      return around().some(({ container, port }) => container === 'try' && port === 'catch');
    case 'run':
    case 'env':
      return true;
    default:
      return false;
  }
}

/** The use itself, if a value can stand for it. */
function refusePart(use: RootUse): RootUse {
  if (use.root === 'steps' && use.names[1] === 'error')
    throw new Refusal(
      `The error of the step “${use.names[0]}” is read across the border of the selection. It cannot be handed over.`,
    );
  if (['steps', 'vars', 'input'].includes(use.root) && use.names.length === 0)
    throw new Refusal(`An expression reads all of “${use.root}” at once. Name what it needs: ${use.root}.something.`);
  return use;
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** The expression that reads it in the workflow it belongs to. */
function sourceOf({ root, names }: RootUse): string {
  return root + names.map((name) => (PLAIN.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join('');
}

/** Names for values that are handed over, one for each different expression. */
function namedValues() {
  const list: { name: string; source: string }[] = [];
  return {
    list,
    nameOf(use: RootUse, source: string): string {
      const known = list.find((entry) => entry.source === source);
      if (known) return known.name;
      const wanted = (use.names[0] ?? use.root).replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(\d)/, '_$1');
      const name = freeId(wanted.slice(0, 60), (other) => list.some((entry) => entry.name === other));
      list.push({ name, source });
      return name;
    },
  };
}

function declarationOf(document: EditorDocument, name: string, source: string): WorkflowInput {
  const [root, of] = source.split('.');
  const declared = root === 'vars' ? document.head.variables : root === 'input' ? document.head.inputs : [];
  const known = declared.find((entry) => entry.name === of);
  return {
    name,
    type: known?.type ?? (source === 'index' ? 'number' : 'any'),
    ...(known?.description !== undefined && { description: known.description }),
    ...(known?.secret && { secret: true }),
  };
}

/** Behind the start, as they stood to each other. */
function moved(nodes: readonly WorkflowNode[], from: WorkflowNode['position'], start: WorkflowNode | undefined) {
  const by = { x: (start?.position.x ?? 0) + 256 - from.x, y: (start?.position.y ?? 0) - from.y };
  return nodes.map((node) => ({ ...node, position: { x: node.position.x + by.x, y: node.position.y + by.y } }));
}
