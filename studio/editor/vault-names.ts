import type { StudioHost, VaultNames } from '@casare/shared';
import { useEffect } from 'react';
import { createStore, type StoreApi } from 'zustand';
import type { FleetClient } from '../fleet/fleet-client.ts';

/** Names of credentials and assets, of this machine and of the fleet; undefined until they are known. */
export type VaultNamesStore = StoreApi<{ names: VaultNames | undefined }>;

export function createVaultNames(): VaultNamesStore {
  return createStore<{ names: VaultNames | undefined }>(() => ({ names: undefined }));
}

/** Loads them, and again when the fleet tells of a change or the window comes to the front: another program may have added some. */
export function useLoadedVaultNames(store: VaultNamesStore, host: StudioHost, fleet: FleetClient | undefined): void {
  useEffect(() => {
    let gone = false;
    const load = async () => {
      const none: VaultNames = { credentials: [], assets: [] };
      const [local, remote] = await Promise.all([
        host.call('vault.names', {}).catch(() => none),
        fleet?.api.vaultNames().catch(() => none) ?? none,
      ]);
      if (!gone) store.setState({ names: merged(local, remote) });
    };
    const reload = () => void load();
    reload();
    window.addEventListener('focus', reload);
    const off = fleet?.live.onEvents((events) => {
      if (events.some(({ type }) => type.startsWith('credential.') || type.startsWith('asset.'))) reload();
    });
    return () => {
      gone = true;
      window.removeEventListener('focus', reload);
      off?.();
    };
  }, [store, host, fleet]);
}

function merged(local: VaultNames, remote: VaultNames): VaultNames {
  return {
    credentials: byName([...local.credentials, ...remote.credentials]),
    assets: byName([...local.assets, ...remote.assets]),
  };
}

function byName<T extends { name: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}
