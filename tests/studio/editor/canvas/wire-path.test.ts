import { Position } from '@xyflow/react';
import { describe, expect, it } from 'vitest';
import { wirePath } from '../../../../studio/editor/canvas/wire-path.ts';

const from = { sourceX: 208, sourceY: 40, sourcePosition: Position.Right, targetPosition: Position.Left };

describe('the way of a wire', () => {
  it('is a curve to a step ahead', () => {
    expect(wirePath({ ...from, targetX: 300, targetY: 140 })).toContain('C');
  });

  it('leaves to the right before it goes back to a step behind', () => {
    const path = wirePath({ ...from, targetX: 0, targetY: 240 });
    const xs = [...path.matchAll(/(-?[\d.]+)[ ,]+-?[\d.]+/g)].map(([, x]) => Number(x));
    expect(path).not.toContain('C');
    expect(Math.max(...xs)).toBeGreaterThan(208);
    expect(Math.min(...xs)).toBeLessThan(0);
  });
});
