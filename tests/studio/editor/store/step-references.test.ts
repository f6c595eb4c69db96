import { describe, expect, it } from 'vitest';
import { rewriteStepReferences } from '../../../../studio/editor/store/step-references.ts';
import { edge, node, storeOf, workflow } from '../support.ts';

const names = new Map([['login', 'login_2']]);

describe('references to steps', () => {
  it.each([
    ['${steps.login.output.user}', '${steps.login_2.output.user}'],
    ['${steps?.login?.output}', '${steps?.login_2?.output}'],
    ["${steps['login'].output}", "${steps['login_2'].output}"],
    ['a ${steps.login.output} b ${steps.login.error} c', 'a ${steps.login_2.output} b ${steps.login_2.error} c'],
    ["${steps.login.output + ' } ' + steps.login.output}", "${steps.login_2.output + ' } ' + steps.login_2.output}"],
  ])('are renamed in %s', (before, after) => {
    expect(rewriteStepReferences(before, names)).toBe(after);
  });

  it.each([
    'steps.login in a sentence',
    '${steps.loginPage.output}',
    '${vars.steps.login}',
    '${steps.other.output}',
    '\\${steps.login.output}',
  ])('are left alone in %s', (text) => {
    expect(rewriteStepReferences(text, names)).toBe(text);
  });

  it('keep the identity of what holds none of them', () => {
    const value = { a: ['${steps.other.output}'], b: { c: '${steps.login.output}' } };
    const after = rewriteStepReferences(value, names);
    expect(after.a).toBe(value.a);
    expect(after.b).toEqual({ c: '${steps.login_2.output}' });
  });

  it('use brackets for an id that is no plain name', () => {
    expect(rewriteStepReferences('${steps.login.output}', new Map([['login', 'log-in']]))).toBe(
      "${steps['log-in'].output}",
    );
  });

  it('follow a step that gets another id, in parameters, outputs and wires', () => {
    const store = storeOf(
      workflow(
        [node('login'), node('next', 'data.log', { params: { message: '${steps.login.output}' } })],
        [edge('login', 'next')],
        {
          outputs: [{ name: 'user', value: '${steps.login.output.user}' }],
        },
      ),
    );
    store.getState().edit({ label: 'Id', changes: [{ type: 'setNodeId', nodeId: 'login', to: 'signIn' }] });
    const after = store.getState().workflow();
    expect(after.nodes.map((row) => row.id)).toEqual(['signIn', 'next']);
    expect(after.nodes[1]?.params.message).toBe('${steps.signIn.output}');
    expect(after.outputs[0]?.value).toBe('${steps.signIn.output.user}');
    expect(after.edges[0]?.from.node).toBe('signIn');
  });
});
