import type { CatalogIndex, WorkflowProblem } from '@casare/shared';
import { createNode } from '../edits/new-node.ts';
import type { Change } from '../store/changes.ts';
import type { EditorDocument } from '../store/editor-document.ts';
import type { Command } from '../store/history.ts';

type Fix = NonNullable<WorkflowProblem['fix']>;

export function fixLabel(fix: Fix): string {
  switch (fix.kind) {
    case 'removeEdge':
      return 'Remove wire';
    case 'removeNode':
      return 'Remove step';
    case 'addStart':
      return 'Add start';
    case 'setParam':
      return 'Set value';
    case 'removeParam':
      return 'Remove value';
    case 'declareVariable':
      return `Declare ${fix.name}`;
    case 'upgradeNode':
      return 'Upgrade step';
  }
}

/** The one click that mends a problem, as an edit like any other. */
export function fixCommand(fix: Fix, document: EditorDocument, catalog: CatalogIndex): Command {
  return { label: fixLabel(fix), changes: fixChanges(fix, document, catalog) };
}

function fixChanges(fix: Fix, document: EditorDocument, catalog: CatalogIndex): Change[] {
  switch (fix.kind) {
    case 'removeEdge':
      return [{ type: 'remove', items: { edges: [fix.edgeId] } }];
    case 'removeNode':
      return [{ type: 'remove', items: { nodes: [fix.nodeId] } }];
    case 'addStart':
      return addStart(document, catalog);
    case 'setParam':
      return [{ type: 'setParam', nodeId: fix.nodeId, path: [fix.param], value: fix.value }];
    case 'removeParam':
      return [{ type: 'setParam', nodeId: fix.nodeId, path: [fix.param], value: undefined }];
    case 'declareVariable':
      return [{ type: 'setHead', head: { variables: [...document.head.variables, { name: fix.name, type: 'any' }] } }];
    case 'upgradeNode': {
      const descriptor = catalog.get(document.nodes.byId[fix.nodeId]?.type ?? '');
      return descriptor ? [{ type: 'setNode', nodeId: fix.nodeId, settings: { version: descriptor.version } }] : [];
    }
  }
}

function addStart(document: EditorDocument, catalog: CatalogIndex): Change[] {
  const start = [...catalog.values()].find((descriptor) => descriptor.inputs.length === 0);
  if (!start) return [];
  const places = Object.values(document.nodes.byId).map((node) => node.position);
  const x = Math.min(320, ...places.map((place) => place.x)) - 304;
  const y = Math.min(160, ...places.map((place) => place.y));
  return [{ type: 'addNodes', nodes: [createNode(start, document, { x, y })] }];
}
