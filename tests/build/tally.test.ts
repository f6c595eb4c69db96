import { expect, test } from 'vitest';
import { addTallies, lastLine, tallyOne, tallyPlaywright, tallyVitest } from '../../build/tally.ts';

const passing = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, testResults: [] };
const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 };

test('counts of every runner are added up to one last line', () => {
  const total = addTallies([
    tallyOne(true),
    tallyOne(false),
    tallyVitest(passing, 0),
    tallyPlaywright({ errors: [], stats: { ...stats, unexpected: 1 } }, 1),
  ]);
  expect(total).toEqual({ passed: 6, failed: 2, skipped: 1 });
  expect(lastLine(total)).toBe('6 passed, 2 failed');
});

test('a runner that ends before it reports is one failure', () => {
  expect(tallyVitest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(tallyPlaywright(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a test file that cannot be loaded counts as failed', () => {
  const report = { ...passing, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(tallyVitest(report, 1)).toMatchObject({ passed: 3, failed: 1 });
});

test('a failed test is not counted a second time by its file', () => {
  const report = {
    ...passing,
    numFailedTests: 1,
    testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
  };
  expect(tallyVitest(report, 1)).toMatchObject({ failed: 1 });
});

test('a bad exit without a failed test is one failure', () => {
  expect(tallyVitest(passing, 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(tallyPlaywright({ errors: [], stats }, 1)).toMatchObject({ passed: 2, failed: 1 });
});

test('an end-to-end file that cannot be loaded and a flaky test are failures', () => {
  expect(tallyPlaywright({ errors: [{ message: 'x' }], stats: { ...stats, flaky: 1 } }, 1)).toMatchObject({
    failed: 2,
  });
});
