import { validateWorkflow } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import { addAfter, addNode, addOnWire, freePort } from '../../../../studio/editor/edits/add-node.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

const log = catalog.get('data.log');
const forEach = catalog.get('control.forEach');
const start = catalog.get('control.start');
if (!log || !forEach || !start) throw new Error('the catalog lacks types of this test');

const content = workflow(
  [node('start', 'control.start'), node('a', 'data.log', { position: { x: 300, y: 0 } })],
  [edge('start', 'a')],
);

describe('adding a step', () => {
  it('on a wire puts it between both ends in one undo step', () => {
    const store = storeOf(content);
    const added = addOnWire(store.getState().document, catalog, log, { x: 150, y: 0 }, 'start_out_a');
    if (!added) throw new Error('a step with an input fits on a wire');
    store.getState().edit(added.command);
    const wires = store
      .getState()
      .workflow()
      .edges.map(({ from, to }) => `${from.node}>${to.node}`);
    expect(wires.sort()).toEqual(['log>a', 'start>log']);
    expect(validateWorkflow(store.getState().workflow(), catalog).filter((problem) => problem.edgeId)).toEqual([]);
    store.getState().undo();
    expect(store.getState().workflow()).toEqual(content);
  });

  it('on a wire is refused for a start, which nothing can lead to', () => {
    expect(
      addOnWire(storeOf(content).getState().document, catalog, start, { x: 0, y: 0 }, 'start_out_a'),
    ).toBeUndefined();
  });

  it('behind a loop fills its body first, then goes on behind it', () => {
    const store = storeOf(workflow([node('each', 'control.forEach')]));
    const body = freePort(store.getState().document, catalog, 'each');
    const ports = Object.fromEntries(forEach.outputs.map((port) => [port.id, port.kind]));
    expect(ports[body ?? '']).toBe('body');
    const first = addAfter(store.getState().document, catalog, log, 'each');
    if (first) store.getState().edit(first.command);
    expect(ports[freePort(store.getState().document, catalog, 'each') ?? '']).toBe('flow');
  });

  it('never stands on another step', () => {
    const store = storeOf(content);
    for (let i = 0; i < 4; i++) {
      const added = addAfter(store.getState().document, catalog, log, 'a');
      if (added) store.getState().edit(added.command);
    }
    const places = store
      .getState()
      .workflow()
      .nodes.map((row) => `${row.position.x},${row.position.y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('for a wire drawn backwards connects its first way on', () => {
    const store = storeOf(content);
    const added = addNode(store.getState().document, log, { x: 0, y: 0 }, { side: 'to', node: 'a', port: 'in' });
    store.getState().edit(added.command);
    expect(store.getState().workflow().edges.at(-1)).toMatchObject({
      from: { node: 'log', port: 'out' },
      to: { node: 'a', port: 'in' },
    });
  });
});
