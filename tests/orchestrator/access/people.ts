import { randomUUID } from 'node:crypto';
import type { Role, SessionTokens } from '@casare/shared';
import { sql } from '../../../orchestrator/db/sql.ts';
import { type Answer, type Call, type Fleet, query } from '../fleet.ts';

export const password = 'correct horse battery staple';

export interface TestPerson {
  readonly id: string;
  readonly email: string;
  readonly tokens: SessionTokens;
  readonly call: Call;
}

/** Requests with an access token, and with a workspace when one is chosen. */
export function bearer(url: string, token: string, workspaceId?: string): Call {
  return async <Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(workspaceId === undefined ? {} : { 'x-workspace': workspaceId }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as Body) : ({ text } as Body);
    return { status: response.status, body: parsed, headers: response.headers };
  };
}

/** Somebody new, invited by whoever `admin` is, signed in. */
export async function addPerson(url: string, admin: Call, role: Role, name: string = role): Promise<TestPerson> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  const invited = await admin<{ token: string }>('POST', '/invitations', { email, role });
  if (invited.status !== 201) throw new Error(`invite answered ${invited.status}: ${JSON.stringify(invited.body)}`);
  const accepted = await open<SessionTokens>(url, '/invitations/accept', { token: invited.body.token, name, password });
  if (accepted.status !== 200) throw new Error(`accept answered ${accepted.status}: ${JSON.stringify(accepted.body)}`);
  const tokens = accepted.body;
  return { id: tokens.person.id, email, tokens, call: bearer(url, tokens.accessToken) };
}

/** A request of somebody who is not known yet. */
export async function open<Body = Record<string, unknown>>(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
}

export function signIn(url: string, email: string, more: Record<string, unknown> = {}, from?: string) {
  const headers: Record<string, string> = from === undefined ? {} : { 'x-forwarded-for': from };
  return open<SessionTokens & { error?: { code: string; message: string } }>(
    url,
    '/sign-in',
    { email, password, ...more },
    headers,
  );
}

/** The first admin there is becomes a super admin: of a fleet that was set up by keys. */
export async function makeSuper(fleet: Pick<Fleet, 'databaseUrl'>, personId: string): Promise<void> {
  const { runOn } = await import('../../support/template-database.ts');
  await runOn(fleet.databaseUrl, `update people set super = true where id = '${personId}'`);
  await query(fleet, sql`select pg_notify('casare', '{"from":"test","signals":[{"kind":"keys"}]}')`);
}

/** The code of a refusal, or the status of a success. */
export function codeOf({ status, body }: Pick<Answer<unknown>, 'status' | 'body'>): string | number {
  const { error } = body as { error?: { code: string } };
  return error?.code ?? status;
}
