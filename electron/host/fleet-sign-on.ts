import {
  AppError,
  createSignOn,
  displaySignOn,
  type HostArgument,
  type HostReply,
  keepTokens,
  type KeptSignOn,
  meSchema,
  readSignOn,
  sessionTokensSchema,
  signInRequest,
  type SignOnTarget,
} from '@casare/shared';
import { askOrchestrator, bodyOf, checkedUrl } from './fleet-http.ts';
import type { SecretStore } from './secret-store.ts';
import type { SettingsStore } from './settings.ts';

type Request = HostArgument<'fleet.request'>;

export interface FleetSignOn {
  describe(): Promise<HostReply<'fleet.connection'>>;
  /** Tries it first; what fails leaves everything as it was. */
  connect(target: SignOnTarget): Promise<void>;
  choose(workspaceId: string): Promise<void>;
  forget(): Promise<void>;
  request(request: Request): Promise<HostReply<'fleet.request'>>;
  /** Address, and what a socket shows. */
  socketAuth(): Promise<{ url: string; auth: Record<string, string> }>;
}

/** The address and the key or session of the orchestrator, kept in this process and never shown to the page. */
export function createFleetSignOn(settings: SettingsStore, secrets: SecretStore): FleetSignOn {
  // Read once: a keychain may ask the person each time.
  let known: KeptSignOn | null | undefined;

  const load = async () => (known === undefined ? (known = readSignOn(await secrets.get())) : known);
  async function save(kept: KeptSignOn | null): Promise<void> {
    await secrets.set(kept === null ? null : 'key' in kept ? kept.key : JSON.stringify(kept));
    known = kept;
  }
  async function address(): Promise<string> {
    const { fleetUrl } = await settings.get();
    if (typeof fleetUrl === 'string' && (await load()) !== null) return fleetUrl;
    throw new AppError('CONFLICT', 'No orchestrator is connected. Enter its address and sign in, in the settings.');
  }

  const signOn = createSignOn({
    load,
    // A session that is over stays shown as who it was, so that the page can ask for the password again.
    save: async (kept) => (kept === null ? undefined : save(kept)),
    async refresh(refreshToken) {
      const answer = await askOrchestrator(
        await address(),
        { method: 'POST', path: '/api/v1/sign-in/refresh', body: { refreshToken } },
        {},
      );
      return answer.status === 401 ? undefined : sessionTokensSchema.parse(bodyOf(answer));
    },
  });

  async function request(wanted: Request): Promise<HostReply<'fleet.request'>> {
    const url = await address();
    const headers = await signOn.headers();
    const answer = await askOrchestrator(url, wanted, headers);
    if (answer.status !== 401 || !(await signOn.renew(headers))) return answer;
    return askOrchestrator(url, wanted, await signOn.headers());
  }

  return {
    async describe() {
      const [{ fleetUrl }, kept] = await Promise.all([settings.get(), load()]);
      return { url: typeof fleetUrl === 'string' ? fleetUrl : null, keyDisplay: kept && displaySignOn(kept) };
    },
    async connect(target) {
      const url = checkedUrl(target.url);
      const kept = await tryTarget(url, target);
      // The key first: a keychain that refuses it leaves the old connection as it was.
      await save(kept);
      await settings.set({ fleetUrl: url });
    },
    async choose(workspaceId) {
      const kept = await load();
      if (!kept || 'key' in kept)
        throw new AppError('CONFLICT', 'A key has one workspace. Sign in as a person to go to another one.');
      await save({ ...kept, workspaceId });
    },
    async forget() {
      const kept = await load();
      // Whoever is signed in here is signed out there too; where nobody answers the session ends by itself.
      if (kept && !('key' in kept))
        await request({ method: 'POST', path: '/api/v1/me/sign-out' }).catch(() => undefined);
      await save(null);
      await settings.set({ fleetUrl: null });
    },
    request,
    async socketAuth() {
      const url = await address();
      const kept = await load();
      if (kept && 'key' in kept) return { url, auth: { key: kept.key } as Record<string, string> };
      const answer = bodyOf(await request({ method: 'POST', path: '/api/v1/socket-tickets' }));
      return { url, auth: { ticket: (answer as { ticket: string }).ticket } };
    },
  };
}

async function tryTarget(url: string, target: SignOnTarget): Promise<KeptSignOn> {
  const signIn = signInRequest(target);
  if (signIn) {
    const answer = await askOrchestrator(url, { method: 'POST', ...signIn }, {});
    return keepTokens(sessionTokensSchema.parse(bodyOf(answer)));
  }
  const key = 'key' in target ? target.key : '';
  const answer = await askOrchestrator(url, { method: 'GET', path: '/api/v1/me' }, { 'x-api-key': key });
  if (meSchema.safeParse(bodyOf(answer)).data?.keyKind === 'robot')
    throw new AppError('FORBIDDEN', 'This key is for robots. Enter an admin key.');
  return { key };
}
