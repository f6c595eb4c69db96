import { callOf, isBelow, ownerOf, partsOf, stepIdOf, stepOfRun } from '@casare/shared';
import { expect, test } from 'vitest';

const deep = 'each#2[0]/try/body/call/call/par/branch1/in#3/call/click#2';

test('a path tells what it leads through', () => {
  expect(partsOf(deep)).toEqual([
    { owner: 'each#2', part: undefined },
    { owner: 'each#2[0]/try', part: 'body' },
    { owner: 'each#2[0]/try/body/call', part: 'call' },
    { owner: 'each#2[0]/try/body/call/call/par', part: 'branch1' },
    { owner: 'each#2[0]/try/body/call/call/par/branch1/in#3', part: 'call' },
  ]);
  expect(partsOf('click')).toEqual([]);
});

test.each([
  ['click', undefined, undefined, 'click', 'click'],
  ['each[3]/click', 'each', undefined, 'each[3]/click', 'click'],
  // Steps may be called like the parts of a path.
  ['call/body/call', 'call', undefined, 'call/body/call', 'call'],
  ['call/body/call/catch/finally', 'call/body/call', undefined, 'call/body/call/catch/finally', 'finally'],
  ['call/call/call', 'call', 'call', 'call', 'call'],
  [
    deep,
    deep.slice(0, -'/call/click#2'.length),
    deep.slice(0, -'/call/click#2'.length),
    'each#2[0]/try/body/call',
    'click',
  ],
])('%s: owner %s, call %s, step of the run %s, id %s', (path, owner, call, own, id) => {
  expect({ owner: ownerOf(path), call: callOf(path), own: stepOfRun(path), id: stepIdOf(path) }).toEqual({
    owner,
    call,
    own,
    id,
  });
});

test('what stands in a body or called workflow is below its owner, another token to the same step is not', () => {
  expect(isBelow('each[0]/click', 'each')).toBe(true);
  expect(isBelow('call/call/click', 'call')).toBe(true);
  expect(isBelow('each#2[0]/click', 'each')).toBe(false);
  expect(isBelow('eachother[0]/click', 'each')).toBe(false);
  expect(isBelow('each', 'each')).toBe(false);
});
