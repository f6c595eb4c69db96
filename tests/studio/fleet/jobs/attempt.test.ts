import { expect, test } from 'vitest';
import { attemptOf } from '../../../../studio/fleet/jobs/attempt.ts';

test('an attempt is one of those the job was given', () => {
  expect(attemptOf({ attempt: 2, maxRetries: 3 })).toEqual({ attempt: 2, of: 4 });
});

test('a job that was put back has no last attempt to count towards', () => {
  expect(attemptOf({ attempt: 2, maxRetries: 0 })).toEqual({ attempt: 2, of: undefined });
});
