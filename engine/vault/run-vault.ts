import { AppError, type RunCredential, type RunVault } from '@casare/shared';
import type { Redactor } from '../redact.ts';
import type { HostGuard } from './host-guard.ts';

/** Names in the expressions of a program. */
export interface VaultNeeds {
  readonly credentials: readonly string[];
  readonly assets: readonly string[];
}

/** What the expressions of one workflow see. */
export interface VaultScope {
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, unknown>>;
}

/** Where a run gets the credentials and assets that its workflow names. CREDENTIAL_MISSING where there is none of a name. */
export type ReadVault = (needs: VaultNeeds, signal: AbortSignal) => Promise<RunVault>;

/** The credentials and assets of one run: each is asked for once, masked from then on, and kept in memory only. */
export interface RunVaultAccess {
  scopeFor(needs: VaultNeeds, signal: AbortSignal): Promise<VaultScope>;
}

const emptyVault: VaultScope = Object.freeze({ credentials: Object.freeze({}), assets: Object.freeze({}) });

export function createRunVault(read: ReadVault | undefined, redactor: Redactor, guard: HostGuard): RunVaultAccess {
  const credentials = new Map<string, Readonly<Record<string, string>>>();
  const assets = new Map<string, unknown>();

  function keep(given: RunVault): void {
    for (const credential of given.credentials) keepCredential(credential);
    for (const { name, value, credential } of given.assets)
      assets.set(name, credential === undefined ? deepFreeze(value) : credentials.get(credential));
  }

  function keepCredential(credential: RunCredential): void {
    for (const text of credential.masked) redactor.add(text);
    guard.add(credential);
    credentials.set(credential.name, Object.freeze({ ...credential.fields }));
  }

  return {
    async scopeFor(needs, signal) {
      if (needs.credentials.length === 0 && needs.assets.length === 0) return emptyVault;
      const missing = {
        credentials: needs.credentials.filter((name) => !credentials.has(name)),
        assets: needs.assets.filter((name) => !assets.has(name)),
      };
      if (missing.credentials.length > 0 || missing.assets.length > 0) {
        if (read === undefined) throw noVault([...missing.credentials, ...missing.assets]);
        keep(await read(missing, signal));
      }
      return {
        credentials: pick(needs.credentials, credentials, 'credential'),
        assets: pick(needs.assets, assets, 'asset'),
      };
    },
  };
}

function pick(names: readonly string[], from: ReadonlyMap<string, unknown>, what: string): Record<string, unknown> {
  const found = names.map((name): [string, unknown] => {
    if (from.has(name)) return [name, from.get(name)];
    throw new AppError('CREDENTIAL_MISSING', `There is no ${what} "${name}". Add it, or correct the name.`, {
      details: { name },
    });
  });
  return Object.freeze(Object.fromEntries(found));
}

function noVault(names: readonly string[]): AppError {
  return new AppError(
    'CREDENTIAL_MISSING',
    `The workflow uses ${names.map((name) => `"${name}"`).join(', ')}, and this run has no place where credentials and assets are kept.`,
    { details: { names } },
  );
}

/** Expressions hand out the value itself; a step that changed it would change it for all. */
function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
