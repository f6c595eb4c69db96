import { usedNames, validateWorkflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { smallCatalog, workflowOf } from '../support/workflows.ts';

const document = workflowOf(
  {
    start: 'start',
    a: {
      type: 'step',
      params: { text: '${credentials.crm.password} ${assets.limit}', count: '${assets["own-limit"]}' },
    },
    off: { type: 'step', disabled: true, params: { text: '${credentials.erp.token}' } },
    fixed: {
      type: 'workflow.call',
      params: { workflowId: 'inner', input: { deep: ['${credentials.mail.password}'] } },
    },
    any: { type: 'workflow.call', params: { workflowId: '${vars.which}' } },
  },
  ['start>a', 'a>off', 'off>fixed', 'fixed>any'],
  { outputs: [{ name: 'o', value: '${assets.title}' }] },
);

test('all names of a document are found, in outputs, deep in lists and in steps that are switched off too', () => {
  expect(usedNames(document, smallCatalog)).toEqual({
    credentials: ['crm', 'erp', 'mail'],
    assets: ['limit', 'own-limit', 'title'],
    calls: ['*', 'inner'],
  });
});

test('names that are not there are warnings, once it is known which are', () => {
  const found = (names?: Parameters<typeof validateWorkflow>[2]) =>
    validateWorkflow(document, smallCatalog, names)
      .filter(({ code }) => code === 'UNKNOWN_CREDENTIAL' || code === 'UNKNOWN_ASSET')
      .map(({ severity, nodeId, message }) => `${severity} ${nodeId ?? '-'} ${/"(.*?)"/.exec(message)?.[1]}`);
  expect(found()).toEqual([]);
  expect(found({ credentials: new Set(['crm', 'mail']), assets: new Set(['limit']) })).toEqual([
    'warning a own-limit',
    'warning off erp',
    'warning - title',
  ]);
});
