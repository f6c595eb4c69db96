import { describe, expect, it } from 'vitest';
import { findInWorkflow } from '../../../../studio/editor/find/find-in-workflow.ts';
import { catalog, node, storeOf, workflow } from '../support.ts';

const document = storeOf(
  workflow(
    [
      node('start', 'control.start'),
      node('ask', 'http.request', {
        name: 'Ask the ledger',
        position: { x: 600, y: 0 },
        params: { url: 'https://example.org', headers: { 'X-Token': 'abc' } },
      }),
      node('note', 'data.log', { position: { x: 300, y: 0 }, notes: 'for the ledger', params: { message: 'hello' } }),
    ],
    [],
    { notes: [{ id: 'n1', text: 'Ledger closes at six', position: { x: 0, y: 300 } }] },
  ),
).getState().document;

const find = (query: string) =>
  findInWorkflow(document, catalog, query).map(({ flowId, where }) => `${flowId} ${where}`);

describe('finding in a workflow', () => {
  it('looks into names, notes and the notes of the canvas, from left to right', () => {
    expect(find('LEDGER')).toEqual(['note:n1 note', 'note notes', 'ask name']);
  });

  it('looks into parameters at any depth, keys too, and names the parameter', () => {
    expect(find('x-token')).toEqual(['ask headers']);
    expect(find('example.org')).toEqual(['ask url']);
  });

  it('finds steps by their type where nothing of their own fits', () => {
    expect(find('HTTP request')).toEqual(['ask type']);
  });

  it('finds nothing for an empty question', () => {
    expect(find('  ')).toEqual([]);
  });
});
