import {
  AppError,
  createSignOn,
  displaySignOn,
  keepTokens,
  type KeptSignOn,
  readSignOn,
  type SessionTokens,
  signInRequest,
  type SignOnTarget,
  type StudioHost,
} from '@casare/shared';
import { createDirectTransport } from './direct-transport.ts';
import { createFleetApi } from './fleet-api.ts';
import type { FleetTransport } from './fleet-transport.ts';
import { createHostTransport } from './host-transport.ts';

export interface FleetAddress {
  url: string;
  /** First characters and the last four of the key, or the address of who has signed in. */
  keyDisplay: string;
}

/** Who keeps the address and the key or session of the orchestrator, and how it is reached with them. */
export interface FleetAccess {
  /** The page is served by the orchestrator: its address is fixed. */
  fixedUrl: string | undefined;
  /** Whether the orchestrator of this page waits for its first person. */
  needsSetup: () => Promise<boolean>;
  current: () => Promise<FleetAddress | null>;
  /** Tries the key or signs in first; what fails leaves everything as it was. Null signs out. */
  connect: (target: SignOnTarget | null) => Promise<FleetAddress | null>;
  /** Goes to another workspace of who has signed in. */
  choose: (workspaceId: string) => Promise<FleetAddress | null>;
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
    needsSetup: () => Promise.resolve(false),
    current: async () => read(await host.call('fleet.connection', {})),
    connect: async (target) => read(await host.call('fleet.connect', target)),
    choose: async (workspaceId) => read(await host.call('fleet.workspace', { workspaceId })),
    open: () => createHostTransport(host),
  };
}

const SIGN_ON_ITEM = 'casare.fleet-key';

/** The key or session lives as long as the tab does. */
export function createDirectAccess(page: Window): FleetAccess {
  const url = page.location.origin;
  const nobody = createDirectTransport({ url });
  const load = () => readSignOn(page.sessionStorage.getItem(SIGN_ON_ITEM));
  const save = (kept: KeptSignOn | null) =>
    kept === null
      ? page.sessionStorage.removeItem(SIGN_ON_ITEM)
      : page.sessionStorage.setItem(SIGN_ON_ITEM, JSON.stringify(kept));
  const describe = (kept: KeptSignOn | null): FleetAddress | null => kept && { url, keyDisplay: displaySignOn(kept) };
  const signOn = createSignOn({
    load: async () => load(),
    // A session that is over stays shown as who it was; the pages ask for the password again.
    save: async (kept) => {
      if (kept) save(kept);
    },
    refresh: (refreshToken) =>
      nobody
        .request('POST', '/api/v1/sign-in/refresh', { body: { refreshToken } })
        .then((reply) => reply as SessionTokens)
        .catch((error: unknown) => {
          if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return undefined;
          throw error;
        }),
  });
  const transport = () => createDirectTransport({ url, signOn });
  return {
    fixedUrl: url,
    needsSetup: () =>
      nobody.request('GET', '/api/v1/setup').then(
        (reply) => (reply as { needed: boolean }).needed,
        // Where nothing answers, connecting says so.
        () => false,
      ),
    current: async () => describe(load()),
    connect: async (target) => {
      if (target === null) {
        const kept = load();
        // Signed out there too; where nobody answers, the session ends by itself.
        if (kept && !('key' in kept))
          await transport()
            .request('POST', '/api/v1/me/sign-out')
            .catch(() => undefined);
        save(null);
        return null;
      }
      const kept = await tryTarget(nobody, url, target);
      save(kept);
      return describe(kept);
    },
    choose: async (workspaceId) => {
      const kept = load();
      if (kept && !('key' in kept)) save({ ...kept, workspaceId });
      return describe(load());
    },
    open: transport,
  };
}

async function tryTarget(nobody: FleetTransport, url: string, target: SignOnTarget): Promise<KeptSignOn> {
  const signIn = signInRequest(target);
  if (signIn)
    // The reply is made by the orchestrator from the same schema and is not checked twice.
    return keepTokens((await nobody.request('POST', signIn.path, { body: signIn.body })) as SessionTokens);
  const kept: KeptSignOn = { key: 'key' in target ? target.key : '' };
  const signOn = createSignOn({
    load: async () => kept,
    save: () => Promise.resolve(),
    refresh: () => Promise.resolve(undefined),
  });
  const { keyKind } = await createFleetApi(createDirectTransport({ url, signOn })).me();
  if (keyKind === 'robot') throw new AppError('FORBIDDEN', 'This key is for robots. Enter an admin key.');
  return kept;
}
