import { expect, it } from 'vitest';
import { breakpointsOf, readConditions, withCondition } from '../../../../studio/editor/debug/breakpoints.ts';
import { node, workflow } from '../support.ts';

const call = (id: string, workflowId: string) =>
  node(id, 'workflow.call', { params: { workflowId }, breakpoint: true });
const inner = workflow([node('sum', 'data.log', { breakpoint: true }), call('again', 'outer')], [], { id: 'inner' });
const outer = workflow([node('a'), call('tax', 'inner'), call('other', '${vars.which}'), call('lost', 'lost')], [], {
  id: 'outer',
});
const load = async (id: string) => ({ inner, outer })[id];

it('finds the breakpoints of a workflow and of those it calls, each once', async () => {
  const conditions = withCondition({}, 'inner', 'sum', '${vars.s > 1}');
  expect(await breakpointsOf(outer, conditions, load)).toEqual([
    { nodeId: 'tax', workflowId: 'outer' },
    { nodeId: 'other', workflowId: 'outer' },
    { nodeId: 'lost', workflowId: 'outer' },
    { nodeId: 'sum', workflowId: 'inner', condition: '${vars.s > 1}' },
    { nodeId: 'again', workflowId: 'inner' },
  ]);
});

it('keeps conditions by workflow and step, and forgets empty ones', () => {
  const both = withCondition(withCondition({}, 'w', 'a', '${1}'), 'w', 'b', '${2}');
  expect(both).toEqual({ w: { a: '${1}', b: '${2}' } });
  expect(withCondition(withCondition(both, 'w', 'a', ' '), 'w', 'b', '')).toEqual({});
  expect(readConditions({ w: { a: '${1}', b: 7 }, x: null, y: 'text' })).toEqual({ w: { a: '${1}' } });
  expect(readConditions('nothing')).toEqual({});
});
