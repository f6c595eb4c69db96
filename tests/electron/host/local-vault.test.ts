import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalVault, openLocalVault, readVaultKey } from '@casare/engine';
import { expect, test } from 'vitest';
import { vaultKeyOf } from '../../../electron/host/vault-key.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const newFolder = prepareTempFolders('local-vault');

async function open(): Promise<{ vault: LocalVault; path: string }> {
  const path = join(await newFolder(), 'credentials.json');
  return { path, vault: openLocalVault({ path, key: () => readVaultKey(path.replace('.json', '.key')) }) };
}

test('credentials of a machine stand sealed in a file for their owner only and come out for runs', async () => {
  const { vault, path } = await open();
  expect(await vault.names()).toEqual({ credentials: [], assets: [] });
  await Promise.all([
    vault.setCredential('crm', 'login', { username: 'ann', password: 'canary-local' }, ['crm.example.com']),
    vault.setAsset('limit', 'number', 10),
    vault.setAsset('account', 'credential', 'crm'),
  ]);
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain('canary-local');
  expect(Buffer.from(JSON.parse(text).credentials.crm.sealed, 'base64').toString('latin1')).not.toContain('canary');
  // Windows has no such bits.
  expect((await stat(path)).mode & 0o077).toBe(process.platform === 'win32' ? 0o066 : 0);
  expect(JSON.stringify(await vault.names())).not.toContain('canary');
  expect(await vault.read({ credentials: ['crm'], assets: ['limit'] })).toEqual({
    credentials: [
      {
        name: 'crm',
        fields: { username: 'ann', password: 'canary-local' },
        masked: ['canary-local'],
        hosts: ['crm.example.com'],
      },
    ],
    assets: [{ name: 'limit', value: 10 }],
  });
  expect(await vault.read({ credentials: [], assets: ['account'] })).toMatchObject({
    credentials: [{ name: 'crm' }],
    assets: [{ name: 'account', value: null, credential: 'crm' }],
  });
});

test('what is missing is named; wrong names and values are refused; a value under another name or key is not read', async () => {
  const { vault, path } = await open();
  await expect(vault.read({ credentials: ['none'], assets: ['nothing'] })).rejects.toMatchObject({
    code: 'CREDENTIAL_MISSING',
    message: expect.stringMatching(/credential "none", no asset "nothing"/),
  });
  await expect(vault.setCredential('1st', 'token', { token: 'x' }, [])).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(vault.setCredential('first', 'token', { name: 'x' }, [])).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(vault.setAsset('limit', 'number', 'ten')).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(vault.removeAsset('limit')).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' });
  await vault.setCredential('one', 'token', { token: 'first value' }, []);
  await vault.setCredential('two', 'token', { token: 'second value' }, []);
  const content = JSON.parse(await readFile(path, 'utf8'));
  content.credentials.one.sealed = content.credentials.two.sealed;
  await writeFile(path, JSON.stringify(content));
  await expect(vault.read({ credentials: ['one'], assets: [] })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  const other = openLocalVault({ path, key: async () => Buffer.alloc(32, 'x') });
  await expect(other.read({ credentials: ['two'], assets: [] })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  await vault.removeCredential('two');
  expect((await vault.names()).credentials.map(({ name }) => name)).toEqual(['one']);
  await writeFile(path, '{}');
  await expect(vault.names()).rejects.toMatchObject({ code: 'DATA_FORMAT' });
});

test('in the desktop program the keychain keeps the key, made once; a keychain that refuses keeps nothing', async () => {
  const kept: (string | null)[] = [null];
  const store = { get: async () => kept.at(-1) ?? null, set: async (value: string | null) => void kept.push(value) };
  const key = vaultKeyOf({ dataFolder: await newFolder(), vaultSecret: store });
  const [first, second] = await Promise.all([key(), key()]);
  expect(first).toEqual(second);
  expect(kept).toEqual([null, Buffer.from(first).toString('base64')]);
  expect(Buffer.from(await vaultKeyOf({ dataFolder: '', vaultSecret: store })())).toEqual(Buffer.from(first));
  const refusing = { get: async () => null, set: () => Promise.reject(new Error('no keyring')) };
  await expect(vaultKeyOf({ dataFolder: '', vaultSecret: refusing })()).rejects.toThrow('no keyring');
});
