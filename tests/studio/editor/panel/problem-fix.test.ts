import { validateWorkflow } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import { describeShape } from '../../../../studio/editor/panel/describe-shape.ts';
import { fixCommand } from '../../../../studio/editor/panel/problem-fix.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

describe('the one click that mends a problem', () => {
  it('makes every problem go away that offers one, in one undo step each', () => {
    const broken = workflow(
      [node('a', 'data.log', { params: { message: '${vars.unknown}', bogus: 1 } })],
      [edge('a', 'nowhere')],
    );
    const store = storeOf(broken);
    const fixable = () => validateWorkflow(store.getState().workflow(), catalog).filter((problem) => problem.fix);
    const codes = new Set(fixable().map((problem) => problem.code));
    expect(codes.size).toBeGreaterThanOrEqual(3);
    for (let round = 0; round < 10; round++) {
      const [problem] = fixable();
      if (!problem?.fix) break;
      store.getState().edit(fixCommand(problem.fix, store.getState().document, catalog));
      expect(store.getState().history.past).toHaveLength(round + 1);
    }
    expect(fixable()).toEqual([]);
  });
});

describe('the shape of data', () => {
  it('is told by types, one item for a list, and marks for fields that are not always there', () => {
    expect(describeShape({ rows: [{ id: 1, name: 'a' }, { id: 2 }], ok: true, none: null })).toEqual({
      rows: [{ id: 'number', 'name?': 'text' }],
      ok: 'boolean',
      none: 'null',
    });
    expect(describeShape([{ a: 1 }, { a: 'x' }])).toEqual([{ a: 'number or text' }]);
  });
});
