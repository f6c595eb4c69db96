import { createRedactor } from '@casare/engine';
import { expect, test } from 'vitest';

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-&<>"\' %\\#?äß€😀';
const alphabet = Array.from(letters);

function randomText(random: () => number, least: number, most: number): string {
  const length = least + Math.floor(random() * (most - least + 1));
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What programs make of a value, with the part that must never be seen. */
const encodings: readonly ((secret: string, random: () => number) => [written: string, canary: string])[] = [
  (secret) => [secret, secret],
  (secret) => [JSON.stringify({ secret }), JSON.stringify(secret).slice(1, -1)],
  (secret) => [encodeURIComponent(secret), encodeURIComponent(secret)],
  (secret) => [
    new URLSearchParams({ secret }).toString(),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
  ],
  (secret) => [Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('hex')],
  (secret) => [Buffer.from(secret).toString('hex').toUpperCase(), Buffer.from(secret).toString('hex').toUpperCase()],
  (secret) => {
    const html = secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
    return [html, html];
  },
  ...[0, 1, 2].flatMap((offset) =>
    (['base64', 'base64url'] as const).map((form) => (secret: string): [string, string] => {
      const before = 'xyz'.slice(0, offset);
      const bytes = Buffer.byteLength(secret);
      const written = Buffer.from(`${before}${secret}${'tail'.slice(0, offset + 1)}`).toString(form);
      const from = Math.ceil((offset * 8) / 6);
      return [written, written.slice(from, Math.floor(((offset + bytes) * 8) / 6))];
    }),
  ),
  (secret) => [base64(secret), base64(secret)],
];

function inPieces(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(random() * (random() < 0.5 ? 4 : 40));
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

test('no form of 10,000 secrets is seen, in whatever pieces the text comes', () => {
  const random = generator(20_260);
  let checked = 0;
  for (let round = 0; round < 2500; round++) {
    const redactor = createRedactor();
    const secrets = Array.from({ length: 4 }, () => randomText(random, 6, 24));
    secrets.forEach((secret) => redactor.add(secret));
    const canaries: string[] = [];
    let text = '';
    for (const secret of secrets) {
      const encoding = encodings[Math.floor(random() * encodings.length)] as (typeof encodings)[number];
      const [written, canary] = encoding(secret, random);
      canaries.push(canary);
      text += `${randomText(random, 0, 30)}${written}${randomText(random, 0, 3)}`;
      checked += 1;
    }
    const stream = redactor.stream();
    const streamed = inPieces(text, random)
      .map((piece) => stream.push(piece))
      .join('');
    const shown = streamed + stream.end();
    expect(shown).toBe(redactor.text(text));
    expect(canaries.filter((canary) => shown.includes(canary))).toEqual([]);
  }
  expect(checked).toBe(10_000);
});

test('every form of one secret is masked in every kind of value', () => {
  const random = generator(7);
  const secret = 'pä"ss&<w>/ord+\'1';
  const redactor = createRedactor();
  redactor.add({ nested: [secret] });
  for (const encoding of encodings) {
    const [written, canary] = encoding(secret, random);
    const value = { list: [written, { [written]: 1 }], text: `a ${written} b`, n: 5 };
    expect(JSON.stringify(redactor.value(value))).not.toContain(JSON.stringify(canary).slice(1, -1));
  }
});

test('text that holds no secret comes back as it is, and values as the same object', () => {
  const redactor = createRedactor();
  const value = { a: ['text', 1, null, { b: true }] };
  expect(redactor.active).toBe(false);
  expect(redactor.value(value)).toBe(value);
  redactor.add('hunter22');
  expect(redactor.active).toBe(true);
  expect(redactor.value(value)).toBe(value);
  expect(redactor.text('hunter2 is short of it')).toBe('hunter2 is short of it');
});

test('what is shorter than six characters is not hidden, numbers are', () => {
  const redactor = createRedactor();
  redactor.add('short');
  redactor.add(12_345_678);
  expect(redactor.text('a short text')).toBe('a short text');
  expect(redactor.value({ pin: 12_345_678, other: 1_234_567 })).toEqual({ pin: '••••', other: 1_234_567 });
});

test('secrets that overlap or contain each other go as a whole', () => {
  const redactor = createRedactor();
  for (const secret of ['secret-one', 'one-and-two', 'secret-one-and', 'aaaaaa']) redactor.add(secret);
  expect(redactor.text('[secret-one-and-two]')).toBe('[••••]');
  expect(redactor.text(`x${'a'.repeat(50)}x`)).toBe('x••••x');
  const stream = redactor.stream();
  const shown = Array.from(`x${'a'.repeat(50)}x`, (one) => stream.push(one)).join('');
  expect(shown + stream.end()).toBe('x••••x');
});

test('a line of a secret of several lines is hidden on its own', () => {
  const redactor = createRedactor();
  redactor.add('-----BEGIN KEY-----\r\nMIIEvQIBADANBgkqhkiG9w0B\r\nAQEFAASCBKcwggSjAgEAAoIB\r\n-----END KEY-----');
  expect(redactor.text('line 2: AQEFAASCBKcwggSjAgEAAoIB.')).toBe('line 2: ••••.');
});

test('a value that becomes secret later is hidden from then on, and many values cost little', () => {
  const redactor = createRedactor();
  const started = performance.now();
  for (let i = 0; i < 2000; i++) redactor.add(`token-${i}-${i * 7919}`);
  const text = 'a long harmless line of a log '.repeat(1000);
  expect(redactor.text(text)).toBe(text);
  expect(redactor.text('token-1999-15830081 and token-5-39595')).toBe('•••• and ••••');
  expect(performance.now() - started).toBeLessThan(10_000);
});
