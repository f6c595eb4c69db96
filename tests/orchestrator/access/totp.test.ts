import { expect, test } from 'vitest';
import { hotp, stepOf, stepOfCode, toBase32 } from '../../../orchestrator/people/totp.ts';

const secret = Buffer.from('12345678901234567890');

test('the counters of RFC 4226, appendix D', () => {
  expect(Array.from({ length: 10 }, (_, counter) => hotp(secret, counter))).toEqual([
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]);
});

test.each([
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
])('the moments of RFC 6238, appendix B: %i seconds', (seconds, sha1, sha256, sha512) => {
  const step = stepOf(seconds * 1000);
  expect(hotp(secret, step, 8)).toBe(sha1);
  expect(hotp(Buffer.from('12345678901234567890123456789012'), step, 8, 'sha256')).toBe(sha256);
  expect(hotp(Buffer.from('1234567890'.repeat(7).slice(0, 64)), step, 8, 'sha512')).toBe(sha512);
});

test('a code is good in its half minute and the ones beside it, and never again', () => {
  const now = 1_700_000_015_000;
  const at = (steps: number) => hotp(secret, stepOf(now) + steps);
  expect([-2, -1, 0, 1, 2].map((steps) => stepOfCode(secret, at(steps), now, 0) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const used = stepOfCode(secret, at(0), now, 0) ?? 0;
  expect(stepOfCode(secret, at(0), now, used)).toBeUndefined();
  expect(stepOfCode(secret, at(-1), now, used)).toBeUndefined();
  expect(stepOfCode(secret, at(1), now, used)).toBe(used + 1);
});

test('base 32 as in RFC 4648', () => {
  const examples = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => toBase32(Buffer.from(text)));
  expect(examples).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
});
