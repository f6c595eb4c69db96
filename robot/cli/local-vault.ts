import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type LocalVault, openLocalVault, readVaultKey } from '@casare/engine';

/** Where the studio keeps them in a browser session, so both know the same names. */
const usual = () => join(homedir(), '.casare', 'studio', 'credentials.json');

/** The key lies beside the file, for this user only. */
export function localVault(file: string | undefined): LocalVault {
  const path = resolve(file ?? usual());
  return openLocalVault({ path, key: () => readVaultKey(`${path.replace(/\.json$/, '')}.key`) });
}
