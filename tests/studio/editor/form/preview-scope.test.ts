import { describe, expect, it } from 'vitest';
import { previewData, previewTemplate } from '../../../../studio/editor/form/preview-scope.ts';
import { applyRunEvents, startOverlay } from '../../../../studio/editor/run/run-overlay.ts';
import { node, storeOf, workflow } from '../support.ts';

const document = storeOf(
  workflow([node('read'), node('write')], [], {
    variables: [{ name: 'count', type: 'number', default: 3 }],
    inputs: [{ name: 'site', type: 'text' }],
  }),
).getState().document;
const overlay = applyRunEvents(startOverlay('r', 0, { site: 'here' }), [
  {
    seq: 1,
    at: 1,
    type: 'node.finished',
    nodeId: 'read',
    path: 'read',
    port: 'out',
    durationMs: 1,
    output: { rows: [{ total: 4 }] },
  },
]);

describe('the preview of an expression', () => {
  const data = previewData(document, overlay);

  it('has the values of the last run, its inputs, and defaults', () => {
    expect(previewTemplate('${steps.read.output.rows[0].total + vars.count}', data)).toEqual({
      kind: 'value',
      value: 7,
    });
    expect(previewTemplate('at ${input.site}', data)).toEqual({ kind: 'value', value: 'at here' });
  });

  it('says what is missing instead of showing a wrong value', () => {
    expect(previewTemplate('${steps.write.output}', data)).toMatchObject({ kind: 'unknown' });
    expect(previewTemplate('${item.id}', data)).toMatchObject({ kind: 'unknown' });
    expect(previewTemplate('${input.site}', previewData(document, undefined))).toMatchObject({ kind: 'unknown' });
  });

  it('says what is wrong with what cannot be read, and never runs it', () => {
    expect(previewTemplate('${steps.read.', data)).toMatchObject({ kind: 'wrong' });
    expect(previewTemplate('${steps.nobody.output}', data)).toMatchObject({ kind: 'wrong' });
    expect(previewTemplate("${''.constructor}", data).kind).not.toBe('value');
  });
});
