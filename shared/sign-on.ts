import { z } from 'zod';
import type { SessionTokens } from './people.ts';

/** What a client keeps between uses to show who it is: a key, or a session that renews itself. */
export const keptSignOnSchema = z.union([
  z.strictObject({ key: z.string() }),
  z.strictObject({
    email: z.string(),
    accessToken: z.string(),
    accessExpiresAt: z.string(),
    refreshToken: z.string(),
    /** Chosen among those of the person; absent: the first. */
    workspaceId: z.string().optional(),
  }),
]);
export type KeptSignOn = z.infer<typeof keptSignOnSchema>;

export interface SignOn {
  /** For the request that is made now. */
  headers(): Promise<Record<string, string>>;
  /** After a 401 to these headers: whether there are newer ones to try with, once. */
  renew(refused: Record<string, string>): Promise<boolean>;
}

interface SignOnOptions {
  load(): Promise<KeptSignOn | null>;
  /** Null: the session is over. */
  save(kept: KeptSignOn | null): Promise<void>;
  /** `POST /sign-in/refresh`; nothing when the session is over. Throws when the orchestrator cannot be reached. */
  refresh(refreshToken: string): Promise<SessionTokens | undefined>;
  now?(): number;
}

// Renewed a little early, so that a request is not refused on its way.
const earlyMs = 20_000;

/**
 * Headers that say who one is. A refresh token is good once, so everybody in one process shares one SignOn, and it renews
 * one at a time.
 */
export function createSignOn({ load, save, refresh, now = Date.now }: SignOnOptions): SignOn {
  let renewing: Promise<boolean> | undefined;

  async function renew(): Promise<boolean> {
    const kept = await load();
    if (!kept || 'key' in kept) return false;
    const tokens = await refresh(kept.refreshToken);
    await save(tokens ? keepTokens(tokens, kept.workspaceId) : null);
    return tokens !== undefined;
  }

  const renewOnce = () => (renewing ??= renew().finally(() => (renewing = undefined)));

  return {
    async headers() {
      let kept = await load();
      if (kept && !('key' in kept) && Date.parse(kept.accessExpiresAt) - earlyMs <= now() && (await renewOnce()))
        kept = await load();
      return kept ? headersOf(kept) : {};
    },
    async renew(refused) {
      const kept = await load();
      if (!kept || 'key' in kept) return false;
      // Somebody else has renewed it meanwhile.
      if (headersOf(kept)['authorization'] !== refused['authorization']) return true;
      return renewOnce();
    },
  };
}

export function keepTokens(tokens: SessionTokens, workspaceId?: string): KeptSignOn {
  return {
    email: tokens.person.email,
    accessToken: tokens.accessToken,
    accessExpiresAt: tokens.accessExpiresAt,
    refreshToken: tokens.refreshToken,
    ...(workspaceId !== undefined && { workspaceId }),
  };
}

function headersOf(kept: KeptSignOn): Record<string, string> {
  if ('key' in kept) return { 'x-api-key': kept.key };
  return {
    authorization: `Bearer ${kept.accessToken}`,
    ...(kept.workspaceId !== undefined && { 'x-workspace': kept.workspaceId }),
  };
}

/** First characters and the last four of a key, or the address of a person. */
export function displaySignOn(kept: KeptSignOn): string {
  return 'key' in kept ? `${kept.key.slice(0, 11)}…${kept.key.slice(-4)}` : kept.email;
}

/** A text a store kept: as JSON, or a key alone, as versions before people wrote it. */
export function readSignOn(text: string | null): KeptSignOn | null {
  if (text === null || text === '') return null;
  if (!text.startsWith('{')) return { key: text };
  try {
    return keptSignOnSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
