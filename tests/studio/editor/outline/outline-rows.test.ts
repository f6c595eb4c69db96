import { describe, expect, it } from 'vitest';
import { outlineRows } from '../../../../studio/editor/outline/outline-rows.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

const tell = (content: ReturnType<typeof workflow>) =>
  outlineRows(storeOf(content).getState().document, catalog).map(
    (row) =>
      `${'  '.repeat(row.depth)}${row.port ? `${row.port}: ` : ''}${row.nodeId}${row.again ? ' (again)' : ''}${row.loose ? ' (loose)' : ''}`,
  );

describe('the outline', () => {
  it('keeps the way on at its level and sets bodies and branches in', () => {
    const rows = tell(
      workflow(
        [
          node('start', 'control.start'),
          node('each', 'control.forEach'),
          node('in1'),
          node('in2'),
          node('after'),
          node('alone'),
        ],
        [edge('start', 'each'), edge('each', 'after'), edge('each', 'in1', 'body'), edge('in1', 'in2')],
      ),
    );
    expect(rows).toHaveLength(6);
    expect(rows[0]).toBe('start');
    expect(rows[1]).toBe('each');
    expect(rows[2]).toMatch(/^ {2}.*in1$/);
    expect(rows[3]).toBe('  in2');
    expect(rows[4]).toBe('after');
    expect(rows[5]).toBe('alone (loose)');
  });

  it('tells a step that several wires lead to once in full, and ends on a circle', () => {
    const rows = tell(
      workflow(
        [node('start', 'control.start'), node('a'), node('b')],
        [edge('start', 'a'), edge('a', 'b'), edge('b', 'a')],
      ),
    );
    expect(rows).toEqual(['start', 'a', 'b', 'a (again)']);
  });

  it('is quick for a row of thousands of steps', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `n${i}`);
    const content = workflow(
      [node('start', 'control.start'), ...ids.map((id) => node(id))],
      ids.map((id, i) => edge(i === 0 ? 'start' : `n${i - 1}`, id)),
    );
    expect(tell(content)).toHaveLength(5001);
  });
});
