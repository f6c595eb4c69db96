import { expect, test } from 'vitest';
import { createLineRedactor, isTraceParent, traceIdOf } from '@casare/shared';

test('keys, tokens and passwords are taken out of a line by their form, known values wherever they stand', () => {
  const redact = createLineRedactor(['pass"word-of-mine', undefined, 'short']);
  const token = `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`;
  const line = JSON.stringify({
    msg: `refused crpa_live_abcdefgh_${'x'.repeat(43)} at short notice`,
    url: 'postgres://casare:pa55word@db.example:5432/casare',
    header: `Bearer ${token}`,
    jwt: token,
    value: 'pass"word-of-mine',
  });
  const clean = redact(line);
  expect(JSON.parse(clean)).toEqual({
    msg: 'refused [key] at short notice',
    url: 'postgres://casare:[password]@db.example:5432/casare',
    header: 'Bearer [token]',
    jwt: '[token]',
    value: '[secret]',
  });
  expect(redact('{"msg":"job claimed","jobId":"0199-a"}')).toBe('{"msg":"job claimed","jobId":"0199-a"}');
});

test('only a whole traceparent is one', () => {
  const whole = `00-${'4b'.repeat(16)}-${'0a'.repeat(8)}-01`;
  expect(isTraceParent(whole)).toBe(true);
  expect(traceIdOf(whole)).toBe('4b'.repeat(16));
  expect(traceIdOf(null)).toBeUndefined();
  for (const wrong of [
    undefined,
    '',
    whole.slice(1),
    `${whole}0`,
    whole.toUpperCase(),
    `00-${'0'.repeat(32)}-${'0a'.repeat(8)}-01`,
  ])
    expect(isTraceParent(wrong)).toBe(false);
});
