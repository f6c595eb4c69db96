import { expect, it } from 'vitest';
import { detourBelow, mayPassSteps } from '../../../../studio/editor/canvas/detour.ts';
import { wirePath } from '../../../../studio/editor/canvas/wire-path.ts';
import { toEditorDocument } from '../../../../studio/editor/store/editor-document.ts';
import { Position } from '@xyflow/react';
import { catalog, node, workflow } from '../support.ts';

const { nodes } = toEditorDocument(
  workflow([
    node('each', 'control.forEach', { position: { x: 0, y: 0 } }),
    node('in', 'data.log', { position: { x: 256, y: 0 } }),
    node('far', 'data.log', { position: { x: 256, y: 400 } }),
    node('after', 'data.log', { position: { x: 512, y: 0 } }),
  ]),
);
const done = { sourceX: 208, sourceY: 62, targetX: 512, targetY: 40 };

it('a wire past a step in its row goes below it, one past nothing goes straight', () => {
  expect(detourBelow(nodes, catalog, done)).toBe(64 + 28);
  expect(detourBelow(nodes, catalog, { ...done, sourceY: 300, targetY: 300 })).toBeUndefined();
  expect(mayPassSteps({ sourceX: 208, targetX: 256 })).toBe(false);
});

it('the way round leaves and arrives level', () => {
  const ends = { ...done, sourcePosition: Position.Right, targetPosition: Position.Left };
  const path = wirePath(ends, 92);
  expect(path.startsWith('M208,62 L220,62')).toBe(true);
  expect(path.endsWith('L512,40')).toBe(true);
  expect(path).toContain(',92');
  expect(path).not.toContain('NaN');
});
