import { describe, expect, it } from 'vitest';
import { removeAndReconnect } from '../../../../studio/editor/edits/remove.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

const wires = (store: ReturnType<typeof storeOf>) =>
  store
    .getState()
    .workflow()
    .edges.map(({ from, to }) => `${from.node}.${from.port}>${to.node}`)
    .sort();

describe('delete and reconnect', () => {
  it('joins what was before a row of steps with what came after it', () => {
    const store = storeOf(
      workflow(
        ['start', 'a', 'b', 'c'].map((id) => node(id)),
        [edge('start', 'a'), edge('a', 'b'), edge('b', 'c')],
      ),
    );
    store.getState().edit(removeAndReconnect(store.getState().document, catalog, ['a', 'b']));
    expect(wires(store)).toEqual(['start.out>c']);
    expect(store.getState().history.past).toHaveLength(1);
  });

  it('keeps the port that a wire came from, and leads to every way on', () => {
    const store = storeOf(
      workflow(
        [node('if', 'control.if'), node('a'), node('b'), node('c')],
        [edge('if', 'a', 'true'), edge('a', 'b'), edge('a', 'c')],
      ),
    );
    store.getState().edit(removeAndReconnect(store.getState().document, catalog, ['a']));
    expect(wires(store)).toEqual(['if.true>b', 'if.true>c']);
  });

  it('does not lead from before a loop into its body', () => {
    const store = storeOf(
      workflow(
        [node('a'), node('each', 'control.forEach'), node('inside'), node('after')],
        [edge('a', 'each'), edge('each', 'inside', 'body'), edge('each', 'after')],
      ),
    );
    store.getState().edit(removeAndReconnect(store.getState().document, catalog, ['each']));
    expect(wires(store)).toEqual(['a.out>after']);
  });

  it('draws no wire twice', () => {
    const store = storeOf(
      workflow([node('a'), node('b'), node('c')], [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')]),
    );
    store.getState().edit(removeAndReconnect(store.getState().document, catalog, ['b']));
    expect(wires(store)).toEqual(['a.out>c']);
  });
});
