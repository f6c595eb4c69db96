import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNode, addOnWire } from '../../../../studio/editor/edits/add-node.ts';
import { removeAndReconnect } from '../../../../studio/editor/edits/remove.ts';
import { copyItems, pasteClip } from '../../../../studio/editor/clipboard/clip.ts';
import { toEditorDocument, toWorkflow } from '../../../../studio/editor/store/editor-document.ts';
import type { EditorStore } from '../../../../studio/editor/store/editor-store.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

const TYPES = ['data.log', 'control.if', 'control.forEach', 'data.set'];

/** One thing a person could do; numbers choose among what is there at that moment. */
type Act = { kind: string; a: number; b: number };
const acts = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'add',
      'insert',
      'remove',
      'reconnect',
      'move',
      'rename',
      'param',
      'paste',
      'head',
      'id',
      'frame',
      'note',
      'replace',
    ),
    a: fc.nat(1000),
    b: fc.nat(1000),
  }),
  { minLength: 1, maxLength: 40 },
);

function perform(store: EditorStore, { kind, a, b }: Act): void {
  const { document, edit, replaceAll } = store.getState();
  const ids = document.nodes.order;
  const one = ids[a % Math.max(1, ids.length)] ?? 'none';
  const other = ids[b % Math.max(1, ids.length)] ?? 'none';
  const descriptor = catalog.get(TYPES[b % TYPES.length] as string);
  if (!descriptor) throw new Error('the catalog lacks a type of this test');
  switch (kind) {
    case 'add':
      edit(addNode(document, descriptor, { x: a, y: b }, { side: 'from', node: one, port: 'out' }).command);
      break;
    case 'insert': {
      const wire = document.edges.order[a % Math.max(1, document.edges.order.length)];
      const added = wire && addOnWire(document, catalog, descriptor, { x: a, y: b }, wire);
      if (added) edit(added.command);
      break;
    }
    case 'remove':
      edit({ label: 'Delete', changes: [{ type: 'remove', items: { nodes: [one] } }] });
      break;
    case 'reconnect':
      edit(removeAndReconnect(document, catalog, [one, other]));
      break;
    case 'move':
      edit({
        label: 'Move',
        group: b % 2 ? 'nudge' : undefined,
        changes: [{ type: 'move', items: { nodes: { [one]: { x: a, y: b } } } }],
      });
      break;
    case 'rename':
      edit({
        label: 'Rename',
        group: 'name',
        changes: [{ type: 'setNode', nodeId: one, settings: { name: `n${a}`, disabled: b % 2 === 0 || undefined } }],
      });
      break;
    case 'param':
      edit({
        label: 'Type',
        group: `p${b % 2}`,
        changes: [{ type: 'setParam', nodeId: one, path: ['list', b % 3, 'deep'], value: `\${steps.${other}.output}` }],
      });
      break;
    case 'paste':
      edit(
        pasteClip(document, copyItems(document, { nodes: [one, other], frames: [], notes: [] }), { x: 8, y: 8 })
          .command,
      );
      break;
    case 'head':
      edit({ label: 'Head', changes: [{ type: 'setHead', head: { name: `w${a}` } }] });
      break;
    case 'id':
      edit({ label: 'Id', changes: [{ type: 'setNodeId', nodeId: one, to: `x${a}` }] });
      break;
    case 'frame':
      edit({
        label: 'Frame',
        changes: [
          {
            type: 'addFrame',
            frame: { id: `f${a}`, title: '', position: { x: a, y: b }, size: { width: 9, height: 9 } },
          },
        ],
      });
      break;
    case 'note':
      edit({
        label: 'Note',
        changes: [{ type: 'addNote', note: { id: `n${a}`, text: 't', position: { x: a, y: b } } }],
      });
      break;
    case 'replace':
      replaceAll(workflow([node('fresh')]), 'Reload');
      break;
  }
}

const begin = () =>
  workflow(
    [node('start', 'control.start'), node('a'), node('b', 'data.log', { params: { message: '${steps.a.output}' } })],
    [edge('start', 'a'), edge('a', 'b')],
  );

describe('undo and redo', () => {
  it('lead through any row of edits back to the very first state and forth to the very last', () => {
    fc.assert(
      fc.property(acts, (row) => {
        const store = storeOf(begin());
        const first = JSON.stringify(store.getState().workflow());
        for (const act of row) {
          store.tick(100);
          perform(store, act);
        }
        const last = JSON.stringify(store.getState().workflow());
        while (store.getState().history.past.length > 0) store.getState().undo();
        expect(JSON.stringify(store.getState().workflow())).toBe(first);
        expect(store.getState().isDirty()).toBe(false);
        while (store.getState().history.future.length > 0) store.getState().redo();
        expect(JSON.stringify(store.getState().workflow())).toBe(last);
      }),
      { numRuns: 150 },
    );
  });

  it('give after any edits a document that is the same when it is saved and opened again', () => {
    fc.assert(
      fc.property(acts, (row) => {
        const store = storeOf(begin());
        for (const act of row) perform(store, act);
        const saved = store.getState().workflow();
        expect(toWorkflow(toEditorDocument(JSON.parse(JSON.stringify(saved)) as typeof saved))).toEqual(saved);
      }),
      { numRuns: 80 },
    );
  });

  it('draw on the canvas what the document holds, whatever was done', () => {
    fc.assert(
      fc.property(acts, (row) => {
        const store = storeOf(begin());
        for (const [i, act] of row.entries()) i % 5 === 4 ? store.getState().undo() : perform(store, act);
        const { document, flow } = store.getState();
        expect(flow.nodes.filter((item) => item.type === 'step').map((item) => item.id)).toEqual(document.nodes.order);
        expect(flow.edges.map((item) => item.id)).toEqual(document.edges.order);
      }),
      { numRuns: 80 },
    );
  });
});

describe('steps of undo', () => {
  const type = (store: EditorStore, text: string) =>
    store.getState().edit({
      label: 'Type',
      group: 'field',
      changes: [{ type: 'setParam', nodeId: 'a', path: ['message'], value: text }],
    });

  it('join what is typed without a pause and part what comes after one', () => {
    const store = storeOf(begin());
    for (const text of ['h', 'he', 'hey']) {
      store.tick(200);
      type(store, text);
    }
    store.tick(501);
    type(store, 'hey you');
    expect(store.getState().history.past).toHaveLength(2);
    store.getState().undo();
    expect(store.getState().document.nodes.byId.a?.params.message).toBe('hey');
    store.getState().undo();
    expect(store.getState().document.nodes.byId.a?.params.message).toBeUndefined();
  });

  it('keep the saved state reachable: typing on after saving is a step of its own', () => {
    const store = storeOf(begin());
    type(store, 'a');
    store.getState().markSaved(store.getState().stateToken());
    type(store, 'ab');
    expect(store.getState().isDirty()).toBe(true);
    store.getState().undo();
    expect(store.getState().isDirty()).toBe(false);
  });

  it('count nothing for a command that changes nothing, and keep what can be redone', () => {
    const store = storeOf(begin());
    type(store, 'a');
    store.getState().undo();
    store.getState().edit({ label: 'Nothing', changes: [{ type: 'move', items: { nodes: { a: { x: 0, y: 0 } } } }] });
    expect(store.getState().history.past).toHaveLength(0);
    expect(store.getState().history.future).toHaveLength(1);
  });

  it('stay dirty when the saved state was left behind by another edit', () => {
    const store = storeOf(begin());
    type(store, 'a');
    store.getState().markSaved(store.getState().stateToken());
    store.getState().undo();
    expect(store.getState().isDirty()).toBe(true);
    store.tick(1000);
    type(store, 'other');
    store.getState().undo();
    expect(store.getState().isDirty()).toBe(true);
  });
});

describe('what the canvas draws', () => {
  it('keeps the object of every step that an edit does not touch', () => {
    const store = storeOf(begin());
    const before = store.getState().flow.nodes;
    store.getState().edit({ label: 'Rename', changes: [{ type: 'setNode', nodeId: 'a', settings: { name: 'New' } }] });
    const after = store.getState().flow.nodes;
    expect(after.map((item, i) => item === before[i])).toEqual([true, false, true]);
    expect(store.getState().flow.edges.map((item) => item.id)).toHaveLength(2);
  });

  it('is no edit while something is only selected or dragged, and one edit when it is let go', () => {
    const store = storeOf(begin());
    const { onNodesChange, commitMove } = store.getState();
    onNodesChange([{ type: 'select', id: 'a', selected: true }]);
    for (let x = 8; x <= 80; x += 8)
      onNodesChange([{ type: 'position', id: 'a', position: { x, y: 0 }, dragging: true }]);
    expect(store.getState().isDirty()).toBe(false);
    commitMove(['a']);
    expect(store.getState().document.nodes.byId.a?.position).toEqual({ x: 80, y: 0 });
    expect(store.getState().history.past).toHaveLength(1);
    store.getState().undo();
    expect(store.getState().flow.nodes.find((item) => item.id === 'a')?.position).toEqual({ x: 0, y: 0 });
  });
});
