import { AppError, type SecretStore } from '@casare/shared';
import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { createVaultProvider } from './hashicorp-vault.ts';
import type { SecretProvider, StoreAccess } from './provider.ts';

/** A value is read anew after so long; jobs that start together ask the store once. */
const cacheMs = 5000;
const mostCached = 1000;
const breakMs = 10_000;

export interface OpenedStore {
  readonly id: string;
  readonly name: string;
  readonly provider: SecretStore['provider'];
  readonly access: StoreAccess;
}

/** Reads from stores elsewhere, with a breaker for each and values kept for a moment. */
export interface SecretStores {
  /** Whether the settings of this server allow a store at this address; throws FORBIDDEN. */
  allow(url: string): void;
  read(store: OpenedStore, path: string): Promise<Readonly<Record<string, string>>>;
  /** What was kept of a store that was changed. */
  forget(storeId: string): void;
}

/** `origins` is what `SECRET_STORES` lists: who may add stores decides nothing about where the server connects to. */
export function createSecretStores(
  origins: readonly string[],
  now: () => number = () => performance.now(),
): SecretStores {
  const providers: Record<SecretStore['provider'], SecretProvider> = { vault: createVaultProvider(now) };
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const kept = new Map<string, { until: number; value: Promise<Readonly<Record<string, string>>> }>();

  function breakerOf(id: string): CircuitBreakerPolicy {
    let breaker = breakers.get(id);
    if (!breaker) {
      breaker = circuitBreaker(
        handleWhen((error) => error instanceof AppError && error.retryable),
        { halfOpenAfter: breakMs, breaker: new ConsecutiveBreaker(5) },
      );
      breakers.set(id, breaker);
    }
    return breaker;
  }

  function allow(url: string): void {
    if (URL.canParse(url) && origins.includes(new URL(url).origin)) return;
    throw new AppError(
      'FORBIDDEN',
      `This server connects to no store of secrets at ${url}. Who runs it can allow the address in SECRET_STORES.`,
    );
  }

  async function fetch(store: OpenedStore, path: string): Promise<Readonly<Record<string, string>>> {
    try {
      return await breakerOf(store.id).execute(() => providers[store.provider].read(store.access, path));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      throw new AppError(
        'SECRET_STORE_FAILED',
        `The store "${store.name}" has failed several times in a row and is left alone for a moment. Try again later.`,
        { retryable: true },
      );
    }
  }

  return {
    allow,
    async read(store, path) {
      allow(store.access.settings.url);
      const name = `${store.id}\n${path}`;
      const known = kept.get(name);
      if (known && known.until > now()) return known.value;
      const value = fetch(store, path);
      if (kept.size >= mostCached) kept.clear();
      kept.set(name, { until: now() + cacheMs, value });
      value.catch(() => kept.delete(name));
      return value;
    },
    forget(storeId) {
      breakers.delete(storeId);
      for (const name of kept.keys()) if (name.startsWith(`${storeId}\n`)) kept.delete(name);
    },
  };
}
