import type { SignOnTarget } from '@casare/shared';
import { type Query, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useOptionalHost } from '../host/host-context.tsx';
import { createDirectAccess, createHostAccess, type FleetAccess, type FleetAddress } from './fleet-access.ts';
import { createFleetClient, type FleetClient } from './fleet-client.ts';
import { fleetKeys } from './fleet-keys.ts';
import type { LiveStatus } from './live/live-feed.ts';
import { patchCaches } from './live/patch-caches.ts';

interface FleetState {
  /** Undefined until it is known whether an orchestrator is connected. */
  address: FleetAddress | null | undefined;
  client: FleetClient | undefined;
  access: FleetAccess;
  /** Takes over a new address or forgets the old one (null). */
  connect: (target: SignOnTarget | null) => Promise<void>;
  /** Goes to another workspace of who has signed in. */
  choose: (workspaceId: string) => Promise<void>;
}

const FIGURES = [fleetKeys.metrics, fleetKeys.robots];

const FleetContext = createContext<FleetState | undefined>(undefined);

export function FleetProvider({ children }: { children: ReactNode }) {
  const host = useOptionalHost();
  const queries = useQueryClient();
  const access = useMemo(() => (host ? createHostAccess(host) : createDirectAccess(window)), [host]);
  const [{ address, client }, setOpened] = useState<Pick<FleetState, 'address' | 'client'>>({
    address: undefined,
    client: undefined,
  });
  const closeCurrent = useRef<() => void>(undefined);

  const adopt = useCallback(
    (found: FleetAddress | null) => {
      closeCurrent.current?.();
      closeCurrent.current = undefined;
      if (!found) {
        setOpened({ address: null, client: undefined });
        return;
      }
      const opened = createFleetClient(access.open());
      let wasLive = false;
      const off = [
        opened.live.onEvents((events) => patchCaches(queries, events)),
        opened.live.onResync(() => void queries.invalidateQueries({ queryKey: fleetKeys.all })),
        opened.live.onStatus(() => {
          if (opened.live.status().state !== 'live') return;
          // What could not be loaded during a cut is asked for again by itself.
          const failed = { queryKey: fleetKeys.all, predicate: ({ state }: Query) => state.status === 'error' };
          void queries.invalidateQueries(failed);
          // Figures are no events: nothing replays those of a cut.
          if (wasLive) for (const queryKey of FIGURES) void queries.invalidateQueries({ queryKey });
          wasLive = true;
        }),
      ];
      closeCurrent.current = () => {
        for (const stop of off) stop();
        opened.close();
        // What belongs to one orchestrator must not be shown for another.
        queries.removeQueries({ queryKey: fleetKeys.all });
      };
      setOpened({ address: found, client: opened });
    },
    [access, queries],
  );
  useEffect(() => {
    let current = true;
    void access
      .current()
      .catch(() => null)
      .then((found) => {
        if (current) adopt(found);
      });
    return () => {
      current = false;
      closeCurrent.current?.();
      closeCurrent.current = undefined;
    };
  }, [access, adopt]);

  const connect = useCallback(
    async (target: SignOnTarget | null) => adopt(await access.connect(target)),
    [access, adopt],
  );
  const choose = useCallback(async (workspaceId: string) => adopt(await access.choose(workspaceId)), [access, adopt]);
  const state = useMemo(
    () => ({ address, client, access, connect, choose }),
    [address, client, access, connect, choose],
  );
  return <FleetContext value={state}>{children}</FleetContext>;
}

export function useFleetState(): FleetState {
  const state = use(FleetContext);
  if (!state) throw new Error('useFleetState needs a FleetProvider above it');
  return state;
}

/** The orchestrator, or undefined while none is connected. */
export function useFleet(): FleetClient | undefined {
  return use(FleetContext)?.client;
}

/** The orchestrator on pages that are only shown with one. */
export function useFleetClient(): FleetClient {
  const client = useFleet();
  if (!client) throw new Error('useFleetClient was called on a page without an orchestrator');
  return client;
}

const OFF: LiveStatus = { state: 'off', freshAt: undefined, reason: undefined };

export function useLiveStatus(): LiveStatus {
  const live = useFleet()?.live;
  const subscribe = useCallback((listener: () => void) => live?.onStatus(listener) ?? (() => undefined), [live]);
  return useSyncExternalStore(subscribe, () => live?.status() ?? OFF);
}
