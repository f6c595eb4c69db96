import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeychain, type KeychainOptions } from '../../../electron/main/keychain.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('keychain');
type Backend = ReturnType<KeychainOptions['storage']['getSelectedStorageBackend']>;

async function setup(
  platform: NodeJS.Platform,
  backend: Backend,
  options: { agrees?: boolean; available?: boolean } = {},
) {
  const path = join(await makeTempFolder(), 'user', 'key.bin');
  let questions = 0;
  const keychain = createKeychain({
    platform,
    path,
    storage: {
      isEncryptionAvailable: () => options.available ?? true,
      getSelectedStorageBackend: () => backend,
      encryptString: (text) => Buffer.from([...Buffer.from(text)].map((byte) => byte ^ 0x5a)),
      decryptString: (sealed) => {
        if (sealed.includes('torn')) throw new Error('Error while decrypting the ciphertext');
        return Buffer.from([...sealed].map((byte) => byte ^ 0x5a)).toString();
      },
    },
    agreeToPlain: async () => {
      questions += 1;
      return options.agrees ?? false;
    },
  });
  return { keychain, path, questions: () => questions };
}

test('a key is kept encrypted, read again, and forgotten', async () => {
  const { keychain, path, questions } = await setup('linux', 'gnome_libsecret');
  expect(await keychain.get()).toBeNull();
  await keychain.set('casare_secret');
  expect(await keychain.get()).toBe('casare_secret');
  expect(await readFile(path, 'latin1')).not.toContain('casare');
  await keychain.set(null);
  expect(await keychain.get()).toBeNull();
  expect(questions()).toBe(0);
});

test.each<Backend>(['basic_text', 'unknown'])(
  'on Linux the backend %s is refused unless the person agrees',
  async (backend) => {
    const refused = await setup('linux', backend);
    await expect(refused.keychain.set('casare_secret')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await refused.keychain.get()).toBeNull();
    const agreed = await setup('linux', backend, { agrees: true });
    await agreed.keychain.set('casare_secret');
    expect([await agreed.keychain.get(), agreed.questions()]).toEqual(['casare_secret', 1]);
  },
);

test.runIf(process.platform !== 'win32')('the file of the key is for this person alone', async () => {
  const { keychain, path } = await setup('linux', 'gnome_libsecret');
  await keychain.set('casare_secret');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('where the system cannot encrypt nothing is kept', async () => {
  const { keychain, questions } = await setup('win32', 'unknown', { available: false, agrees: true });
  await expect(keychain.set('casare_secret')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([await keychain.get(), questions()]).toEqual([null, 0]);
});

test('a key that can no longer be decrypted is no key', async () => {
  const { keychain, path } = await setup('linux', 'kwallet6');
  await keychain.set('x');
  await writeFile(path, 'torn');
  expect(await keychain.get()).toBeNull();
});
