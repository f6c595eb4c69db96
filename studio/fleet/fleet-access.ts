import { AppError, type StudioHost } from '@casare/shared';
import { createDirectTransport } from './direct-transport.ts';
import { createFleetApi } from './fleet-api.ts';
import type { FleetTransport } from './fleet-transport.ts';
import { createHostTransport } from './host-transport.ts';

export interface FleetAddress {
  url: string;
  /** First characters and the last four of the key. */
  keyDisplay: string;
}

/** Who keeps the address and the key of the orchestrator, and how it is reached with them. */
export interface FleetAccess {
  /** The page is served by the orchestrator: its address is fixed, only the key is asked for. */
  fixedUrl: string | undefined;
  current: () => Promise<FleetAddress | null>;
  /** Tries the key first; what fails leaves everything as it was. */
  connect: (target: { url: string; key: string } | null) => Promise<FleetAddress | null>;
  open: () => FleetTransport;
}

/** The host keeps the key; this page never sees it again. */
export function createHostAccess(host: StudioHost): FleetAccess {
  const read = (connection: { url: string | null; keyDisplay: string | null }): FleetAddress | null =>
    connection.url !== null && connection.keyDisplay !== null
      ? { url: connection.url, keyDisplay: connection.keyDisplay }
      : null;
  return {
    fixedUrl: undefined,
    current: async () => read(await host.call('fleet.connection', {})),
    connect: async (target) => read(await host.call('fleet.connect', target)),
    open: () => createHostTransport(host),
  };
}

const KEY_ITEM = 'casare.fleet-key';

/** The key lives as long as the tab does. */
export function createDirectAccess(page: Window): FleetAccess {
  const url = page.location.origin;
  const describe = (key: string | null): FleetAddress | null =>
    key ? { url, keyDisplay: `${key.slice(0, 8)}…${key.slice(-4)}` } : null;
  return {
    fixedUrl: url,
    current: async () => describe(page.sessionStorage.getItem(KEY_ITEM)),
    connect: async (target) => {
      if (target === null) {
        page.sessionStorage.removeItem(KEY_ITEM);
        return null;
      }
      const { keyKind } = await createFleetApi(createDirectTransport({ url, key: target.key })).me();
      if (keyKind !== 'admin') throw wrongKind();
      page.sessionStorage.setItem(KEY_ITEM, target.key);
      return describe(target.key);
    },
    open: () => createDirectTransport({ url, key: page.sessionStorage.getItem(KEY_ITEM) ?? '' }),
  };
}

function wrongKind(): AppError {
  return new AppError('FORBIDDEN', 'This key is for robots. Enter an admin key.');
}
