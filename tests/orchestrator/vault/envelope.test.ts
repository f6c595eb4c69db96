import { randomBytes } from 'node:crypto';
import { AppError } from '@casare/shared';
import { expect, test } from 'vitest';
import { keyIdOf } from '../../../orchestrator/vault/envelope.ts';
import { type KeyRing, parseKeys } from '../../../orchestrator/vault/key-ring.ts';
import { createVault } from '../../../orchestrator/vault/vault.ts';

const ring = (...ids: string[]): KeyRing => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, Buffer.alloc(32, id)])),
});
const tenant = 'tenant-a';
const other = 'tenant-b';
const unreadable = expect.objectContaining({ code: 'SECRET_UNREADABLE' });

test('what is sealed is opened at its own place only', () => {
  const vault = createVault(ring('a'));
  const sealed = vault.sealText(tenant, 'credential', 'id/1', 'canary');
  expect(sealed).toMatch(/^1\.a\.[\w-]+\.[\w-]+$/);
  expect(Buffer.from(sealed.split('.').join(''), 'base64url').toString('latin1')).not.toContain('canary');
  expect(vault.openText(tenant, 'credential', 'id/1', sealed)).toBe('canary');
  for (const [of, purpose, id] of [
    [other, 'credential', 'id/1'],
    [tenant, 'trigger', 'id/1'],
    [tenant, 'credential', 'id/2'],
  ] as const)
    expect(() => vault.openText(of, purpose, id, sealed)).toThrow(unreadable);
});

test('every secret has a data key and nonces of its own', () => {
  const vault = createVault(ring('a'));
  const parts = Array.from({ length: 500 }, () => vault.sealText(tenant, 'p', 'i', 'same').split('.'));
  expect(new Set(parts.map(([, , wrapped]) => wrapped)).size).toBe(500);
  expect(new Set(parts.map(([, , , body]) => body)).size).toBe(500);
  expect(new Set(parts.map(([, , , body]) => body?.slice(0, 16))).size).toBe(500);
});

test('a change of any character, a part of another secret and anything else than a sealed text are refused', () => {
  const vault = createVault(ring('a'));
  const sealed = vault.sealText(tenant, 'p', 'i', 'x'.repeat(40));
  const changed = [...sealed].map(
    (char, i) => `${sealed.slice(0, i)}${char === 'A' ? 'B' : 'A'}${sealed.slice(i + 1)}`,
  );
  // The last character of a part may hold bits that mean nothing.
  const failures: unknown[] = [];
  const opened = changed.filter((text) => {
    try {
      return vault.openText(tenant, 'p', 'i', text) !== 'x'.repeat(40);
    } catch (error) {
      failures.push(error);
      return false;
    }
  });
  expect(opened).toEqual([]);
  expect(failures.length).toBeGreaterThan(100);
  expect(failures.filter((error) => !(error instanceof AppError) || error.code !== 'SECRET_UNREADABLE')).toEqual([]);
  const twin = vault.sealText(tenant, 'p', 'i', 'y'.repeat(40)).split('.');
  const mixed = [...sealed.split('.').slice(0, 3), twin[3]].join('.');
  expect(() => vault.openText(tenant, 'p', 'i', mixed)).toThrow(unreadable);
  for (const text of ['', '1.a', '2.a.b.c', `${sealed}.x`, '1.a..', '1.a.AAAA.AAAA'])
    expect(() => vault.openText(tenant, 'p', 'i', text)).toThrow(unreadable);
});

test('under a new key the secret stays the same; without the old key it says which one is missing', () => {
  const sealed = createVault(ring('a')).sealText(tenant, 'p', 'i', 'canary');
  const both = createVault(ring('b', 'a'));
  const rewrapped = both.rewrap(tenant, sealed);
  expect([keyIdOf(sealed), keyIdOf(rewrapped)]).toEqual(['a', 'b']);
  expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3]);
  expect(both.rewrap(tenant, rewrapped)).toBe(rewrapped);
  const next = createVault(ring('b'));
  expect(next.openText(tenant, 'p', 'i', rewrapped)).toBe('canary');
  expect(() => next.openText(tenant, 'p', 'i', sealed)).toThrow(/the key "a"/);
  expect(() => both.rewrap(other, sealed)).toThrow(unreadable);
});

test('keys are read from text, with every fault at once and none of the keys in the words', () => {
  const key = randomBytes(32).toString('base64');
  expect([...parseKeys(`new:${key}\n old:${randomBytes(32).toString('base64')},`).keys()]).toEqual(['new', 'old']);
  expect(() => parseKeys(`a:${key},b:c2hvcnQ=,a:${key},nonsense`)).toThrow(
    'VAULT_KEYS is wrong: the key "b" is not 32 bytes in base64; the key "a" stands there twice; the key "nonsense" is not 32 bytes in base64.',
  );
  expect(() => parseKeys(`${key}:`)).toThrow(/^VAULT_KEYS is wrong: entry 1 is not <id>:<base64>\.$/);
});
