import { expect, it } from 'vitest';
import { callStack } from '../../../../studio/editor/debug/call-stack.ts';

it('reads a path through loops, parts and called workflows', () => {
  expect(callStack('each[2]/tax/call/try/catch/par/branch2/sum')).toEqual([
    { nodeId: 'each', path: 'each', part: 'pass 3', isCall: false },
    { nodeId: 'tax', path: 'each[2]/tax', isCall: true },
    { nodeId: 'try', path: 'each[2]/tax/call/try', part: 'Catch', isCall: false, call: 'each[2]/tax' },
    { nodeId: 'par', path: 'each[2]/tax/call/try/catch/par', part: 'branch 2', isCall: false, call: 'each[2]/tax' },
    { nodeId: 'sum', path: 'each[2]/tax/call/try/catch/par/branch2/sum', isCall: false, call: 'each[2]/tax' },
  ]);
});

it('a step of the top level stands alone', () => {
  expect(callStack('click#2')).toEqual([{ nodeId: 'click', path: 'click#2', isCall: false }]);
});
