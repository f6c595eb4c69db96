import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashesEqual, makeKey, readKey } from '../../../orchestrator/keys/key-format.ts';

test('a key has the form that scanners look for, and holds 256 random bits', () => {
  const made = Array.from({ length: 50 }, () => makeKey('live', 'robot'));
  for (const { key, publicId, display } of made) {
    expect(key).toMatch(/^orc_live_r_[0-9A-Za-z]{8}_[A-Za-z0-9_-]{43}_[0-9A-Za-z]{6}$/);
    expect(key.split('_')[3]).toBe(publicId);
    expect(key).not.toContain(display.slice(-12));
  }
  expect(new Set(made.map(({ key }) => key)).size).toBe(50);
});

test('what is kept is the hash of the key, which reading gives again', () => {
  for (const kind of ['robot', 'admin'] as const) {
    const { key, hash, publicId } = makeKey('test', kind);
    const read = readKey(key);
    expect(read).toEqual({ kind, publicId, hash: createHash('sha256').update(key).digest() });
    expect(hashesEqual(hash, read?.hash ?? Buffer.alloc(0))).toBe(true);
  }
  expect(hashesEqual(makeKey('test', 'robot').hash, makeKey('test', 'robot').hash)).toBe(false);
});

test('every typing error is noticed', () => {
  const { key } = makeKey('live', 'admin');
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'x' ? 'y' : 'x';
    expect(readKey(`${key.slice(0, i)}${other}${key.slice(i + 1)}`), `at ${i}`).toBeUndefined();
    expect(readKey(`${key.slice(0, i)}${key.slice(i + 1)}`), `without ${i}`).toBeUndefined();
  }
  for (const text of ['', 'orc_', `${key} `, key.toUpperCase()]) expect(readKey(text)).toBeUndefined();
});
