import type { StudioHost } from '@casare/shared';
import { createContext, use, useEffect, useState } from 'react';

/** The host of this machine; undefined on a page that the orchestrator serves. */
export const HostContext = createContext<StudioHost | undefined>(undefined);

/** The host; only for pages that exist with one (the editor). */
export function useHost(): StudioHost {
  const host = use(HostContext);
  if (!host) throw new Error('useHost was called on a page without a host');
  return host;
}

export function useOptionalHost(): StudioHost | undefined {
  return use(HostContext);
}

/** Whether the host can be reached now; undefined where there is none. */
export function useHostConnection(): boolean | undefined {
  const host = use(HostContext);
  const [connected, setConnected] = useState<boolean>();
  useEffect(() => host?.onConnection(setConnected), [host]);
  return host ? connected : undefined;
}
