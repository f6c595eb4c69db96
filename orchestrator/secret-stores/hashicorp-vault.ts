import { AppError } from '@casare/shared';
import { z } from 'zod';
import { type JsonReply, requestJson } from './request-json.ts';
import type { SecretProvider, StoreAccess } from './provider.ts';

const authSchema = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number(), renewable: z.boolean() }),
});
const secretSchema = z.object({
  data: z.object({ data: z.record(z.string(), z.unknown()).nullable() }),
});

interface Session {
  readonly token: string;
  readonly renewable: boolean;
  /** From here on it is renewed before the next use. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/** HashiCorp Vault, key-value engine version 2, by its HTTP API. Sessions of roles are kept and renewed while they are used. */
export function createVaultProvider(now: () => number = () => performance.now()): SecretProvider {
  const sessions = new Map<string, Promise<Session>>();

  /** One sign-in for all that ask at the same time. */
  function session(access: StoreAccess): Promise<Session> {
    const name = sessionName(access);
    const next = (sessions.get(name) ?? Promise.reject(new Error('none'))).then(
      (kept) => keepUp(access, kept),
      () => signIn(access),
    );
    sessions.set(name, next);
    next.catch(() => sessions.delete(name));
    return next;
  }

  async function keepUp(access: StoreAccess, kept: Session): Promise<Session> {
    if (now() < kept.renewAt) return kept;
    if (!kept.renewable || now() >= kept.endsAt) return signIn(access);
    const reply = await ask(access, 'POST', 'auth/token/renew-self', {}, kept.token);
    // A session that cannot go on (its longest time is over) begins anew.
    return reply.status === 200 ? sessionOf(reply) : signIn(access);
  }

  async function signIn(access: StoreAccess): Promise<Session> {
    const { roleId } = access.settings;
    const body = { role_id: roleId, secret_id: access.secret };
    const reply = await ask(access, 'POST', 'auth/approle/login', body, undefined);
    if (reply.status !== 200) throw refused(access, reply, 'did not accept the role and its secret id');
    return sessionOf(reply);
  }

  function sessionOf(reply: JsonReply): Session {
    const { auth } = read(authSchema, reply.body);
    const ms = auth.lease_duration * 1000;
    return {
      token: auth.client_token,
      renewable: auth.renewable,
      // 0: without an end.
      renewAt: ms === 0 ? Number.POSITIVE_INFINITY : now() + (ms * 2) / 3,
      endsAt: ms === 0 ? Number.POSITIVE_INFINITY : now() + ms,
    };
  }

  async function readAt(access: StoreAccess, path: string): Promise<JsonReply> {
    const place = `${access.settings.mount}/data/${path}`;
    if (access.settings.auth === 'token') return ask(access, 'GET', place, undefined, access.secret);
    const { token } = await session(access);
    const reply = await ask(access, 'GET', place, undefined, token);
    if (reply.status !== 403) return reply;
    // The session may have been revoked: once more with a new one.
    sessions.delete(sessionName(access));
    return ask(access, 'GET', place, undefined, (await session(access)).token);
  }

  return {
    async read(access, path) {
      const reply = await readAt(access, path);
      if (reply.status === 404)
        throw new AppError(
          'SECRET_STORE_FAILED',
          `There is nothing at "${path}" in the store (or its newest version was deleted). Correct the path of the credential.`,
        );
      if (reply.status !== 200) throw refused(access, reply, `gave nothing for "${path}"`);
      const { data } = read(secretSchema, reply.body).data;
      return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, textOf(value)]));
    },
  };
}

function sessionName({ settings, secret }: StoreAccess): string {
  return JSON.stringify([settings, secret]);
}

function ask(
  { settings }: StoreAccess,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  token: string | undefined,
): Promise<JsonReply> {
  const { namespace, certificates, url } = settings;
  const place = path.split('/').map(encodeURIComponent).join('/');
  return requestJson(new URL(`v1/${place}`, url.endsWith('/') ? url : `${url}/`), {
    method,
    headers: {
      'x-vault-request': 'true',
      ...(token !== undefined && { 'x-vault-token': token }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    },
    ...(body !== undefined && { body }),
    ...(certificates !== undefined && { certificates }),
  });
}

/** Vault's own words are kept: they name paths and policies, never values. */
function refused({ settings }: StoreAccess, { status, body }: JsonReply, what: string): AppError {
  const errors = z.object({ errors: z.array(z.string()) }).safeParse(body);
  const words = errors.success ? errors.data.errors.join('; ').slice(0, 500) : '';
  const retryable = status === 429 || status >= 500;
  return new AppError(
    'SECRET_STORE_FAILED',
    `The store at ${new URL(settings.url).host} ${what} (status ${status}${words === '' ? '' : `: ${words}`}). ${retryable ? 'It may be sealed or busy; try again later.' : 'Check the path, and what the token or role may read.'}`,
    { retryable, details: { status } },
  );
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'SECRET_STORE_FAILED',
    'What answers as the store of secrets does not speak the protocol of Vault (KV version 2). Check its address and mount.',
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
