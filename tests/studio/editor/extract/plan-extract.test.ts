import { hasErrors, validateWorkflow, type Workflow } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import { planExtract } from '../../../../studio/editor/extract/plan-extract.ts';
import { toEditorDocument } from '../../../../studio/editor/store/editor-document.ts';
import { catalog, edge, node, storeOf, workflow } from '../support.ts';

const start = node('start', 'control.start');
const log = (id: string, message: string) => node(id, 'data.log', { params: { message } });
const set = (id: string, name: string, value: string) => node(id, 'data.setVariable', { params: { name, value } });
const plan = (content: Workflow, ids: string[]) => planExtract(toEditorDocument(content), catalog, ids, 'Part');
const why = (content: Workflow, ids: string[]) => {
  const result = plan(content, ids);
  return result.ok ? 'it can be done' : result.why;
};

describe('extracting steps', () => {
  const content = workflow(
    [
      start,
      node('read', 'data.set', { params: { fields: { a: 1 } } }),
      node('each', 'control.forEach', { params: { items: '${steps.read.output.value.list}' } }),
      log('row', '${item.name} of ${vars.who} by ${input.by}'),
      set('note', 'last', '${steps.row.output}'),
      log('tell', '${steps.each.output.count} and ${vars.who}'),
    ],
    [
      edge('start', 'read'),
      edge('read', 'each'),
      edge('each', 'row', 'body'),
      edge('row', 'note'),
      edge('each', 'tell', 'out'),
    ],
    {
      inputs: [{ name: 'by', type: 'text', secret: true }],
      variables: [
        { name: 'who', type: 'text', default: 'Ada' },
        { name: 'last', type: 'any' },
      ],
      outputs: [{ name: 'rows', value: '${steps.each.output.results}' }],
    },
  );

  it('makes inputs of what they read and outputs of what is read of them, and takes their variables along', () => {
    const result = plan(content, ['each']);
    if (!result.ok) throw new Error(result.why);
    const made = result.extraction.workflow;
    expect(made.nodes.map(({ id }) => id)).toEqual(['start', 'each', 'row', 'note']);
    expect(made.inputs).toEqual([
      { name: 'read', type: 'any' },
      { name: 'who', type: 'text' },
      { name: 'by', type: 'text', secret: true },
    ]);
    expect(made.outputs).toEqual([{ name: 'each', value: '${steps.each.output}' }]);
    expect(made.variables.map(({ name }) => name)).toEqual(['last']);
    expect(made.nodes.find(({ id }) => id === 'each')?.params).toEqual({ items: '${input.read.value.list}' });
    expect(made.nodes.find(({ id }) => id === 'row')?.params).toEqual({
      message: '${item.name} of ${input.who} by ${input.by}',
    });
    expect(hasErrors(validateWorkflow(made, catalog))).toBe(false);
  });

  it('puts a call in their place, as one step of undo', () => {
    const store = storeOf(content);
    const before = store.getState().workflow();
    const result = plan(content, ['each']);
    if (!result.ok) throw new Error(result.why);
    store.getState().edit(result.extraction.command);
    const after = store.getState().workflow();
    expect(after.nodes.map(({ id }) => id)).toEqual(['start', 'read', 'tell', 'call']);
    expect(after.edges.map(({ from, to }) => `${from.node}:${from.port}>${to.node}`)).toEqual([
      'start:out>read',
      'read:out>call',
      'call:out>tell',
    ]);
    expect(after.nodes.find(({ id }) => id === 'call')?.params).toEqual({
      workflowId: result.extraction.workflow.id,
      input: { read: '${steps.read.output}', who: '${vars.who}', by: '${input.by}' },
    });
    expect(after.nodes.find(({ id }) => id === 'tell')?.params).toEqual({
      message: '${steps.call.output.each.count} and ${vars.who}',
    });
    expect(after.outputs).toEqual([{ name: 'rows', value: '${steps.call.output.each.results}' }]);
    expect(after.variables.map(({ name }) => name)).toEqual(['who']);
    expect(hasErrors(validateWorkflow(after, catalog))).toBe(false);
    store.getState().undo();
    expect(store.getState().workflow()).toEqual(before);
  });

  it('hands the item of a loop over that stays', () => {
    const result = plan(content, ['row']);
    if (!result.ok) throw new Error(result.why);
    expect(result.extraction.workflow.inputs.map(({ name }) => name)).toEqual(['item', 'who', 'by']);
    expect(result.extraction.workflow.nodes.find(({ id }) => id === 'row')?.params).toEqual({
      message: '${input.item.name} of ${input.who} by ${input.by}',
    });
  });
});

describe('what cannot be extracted says why', () => {
  const branches = workflow(
    [
      start,
      node('if', 'control.if', { params: { condition: '${true}' } }),
      log('a', 'a'),
      log('b', 'b'),
      log('c', 'c'),
    ],
    [edge('start', 'if'), edge('if', 'a', 'true'), edge('if', 'b', 'false'), edge('a', 'c'), edge('b', 'c')],
    {},
  );

  it('two ways in, two ways out, an end in one case only', () => {
    expect(why(branches, ['a', 'b'])).toContain('Wires lead in at “a” and “b”');
    expect(why(branches, ['if'])).toContain('left towards “a” and “b”');
    expect(why(branches, ['if', 'a'])).toContain('left towards');
    expect(why(branches, ['if', 'a', 'b'])).toBe('it can be done');
    const open = { ...branches, edges: branches.edges.filter(({ from }) => from.node !== 'b') };
    expect(why(open, ['if', 'a', 'b'])).toContain('After “b” it ends');
  });

  it('steps of different containers, a break without its loop, an error that leads out', () => {
    const loop = workflow(
      [
        start,
        node('each', 'control.forEach', { params: { items: '${[1]}' } }),
        log('in', 'x'),
        node('stop', 'control.break'),
        log('after', 'y'),
        log('oops', 'z'),
      ],
      [
        edge('start', 'each'),
        edge('each', 'in', 'body'),
        edge('in', 'stop'),
        edge('each', 'after', 'out'),
        edge('after', 'oops', 'error'),
      ],
    );
    expect(why(loop, ['in', 'after'])).toContain('different containers');
    expect(why(loop, ['in', 'stop'])).toContain('belongs to a loop that is not selected');
    expect(why(loop, ['each'])).toBe('it can be done');
    expect(why(loop, ['after'])).toContain('leads out by its error port');
    expect(why(loop, ['start'])).toContain('Select the steps');
  });

  it('a variable that is used on both sides', () => {
    const both = workflow(
      [start, set('count', 'n', '${1}'), log('tell', '${vars.n}')],
      [edge('start', 'count'), edge('count', 'tell')],
      { variables: [{ name: 'n', type: 'number' }] },
    );
    expect(why(both, ['count'])).toContain('variable “n”');
    expect(why(both, ['count', 'tell'])).toBe('it can be done');
  });
});
