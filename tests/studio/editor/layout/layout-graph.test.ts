import { createRequire } from 'node:module';
import type { ElkNode } from 'elkjs/lib/elk-api';
import { describe, expect, it } from 'vitest';
import { NODE_WIDTH } from '../../../../studio/editor/canvas/node-size.ts';
import { layoutGraph, readLayout } from '../../../../studio/editor/layout/layout-graph.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

// The build without a worker: the same layout, in this process.
const Elk = createRequire(import.meta.url)('elkjs') as new () => { layout(graph: ElkNode): Promise<ElkNode> };

describe('arranging steps', () => {
  const store = storeOf(
    workflow(
      [
        node('start', 'control.start', { position: { x: 400, y: 300 } }),
        node('if', 'control.if', { position: { x: 400, y: 300 } }),
        node('yes', 'data.log', { position: { x: 400, y: 300 } }),
        node('no', 'data.log', { position: { x: 400, y: 300 } }),
      ],
      [edge('start', 'if'), edge('if', 'yes', 'true'), edge('if', 'no', 'false'), edge('if', 'lost', 'true')],
    ),
  );
  const { document } = store.getState();

  it('puts what follows to the right, branches in the order of their ports, and nothing on top of something', async () => {
    const places = readLayout(document, await new Elk().layout(layoutGraph(document, catalog)));
    const [start, branch, yes, no] = ['start', 'if', 'yes', 'no'].map(
      (id) => places[id] ?? { x: Number.NaN, y: Number.NaN },
    );
    if (!start || !branch || !yes || !no) throw new Error('every step gets a place');
    expect(branch.x).toBeGreaterThanOrEqual(start.x + NODE_WIDTH);
    expect(yes.x).toBe(no.x);
    expect(yes.y).toBeLessThan(no.y);
    expect(Math.min(start.x, branch.x, yes.x, no.x)).toBe(400);
    for (const place of [start, branch, yes, no]) expect([place.x % 8, place.y % 8]).toEqual([0, 0]);
  });

  it('can be done for some steps alone', () => {
    const graph = layoutGraph(document, catalog, new Set(['yes', 'no']));
    expect(graph.children?.map((child) => child.id)).toEqual(['yes', 'no']);
    expect(graph.edges).toEqual([]);
  });
});
