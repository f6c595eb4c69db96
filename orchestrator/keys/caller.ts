import { AppError, type KeyKind, type Role, type Scope } from '@casare/shared';

/** Who sent a request, as the key or the access token says. */
export interface Caller {
  readonly tenantId: string;
  readonly workspaceId: string;
  /** Robots and leases belong to it: the first key of a chain of rotations. Of a person: the person. */
  readonly keyId: string;
  /** The key itself, or the session of a person: what is revoked or ended. */
  readonly credentialId: string;
  readonly keyKind: KeyKind | 'person';
  readonly keyName: string;
  readonly keyDisplay: string;
  /** Where the request came from; not known for work that no request asks for. */
  readonly address?: string;
  /** What it may do on routes for people. */
  readonly scopes: ReadonlySet<Scope>;
  /** Who has signed in, with the role in this workspace; a super admin may be in one of another tenant. */
  readonly person?: {
    readonly id: string;
    readonly tenantId: string;
    readonly role: Role | null;
    readonly super: boolean;
  };
}

/** What is shown to say who one is. */
export interface Callers {
  /**
   * Whose key or access token this is; a person chooses the workspace. Throws UNAUTHENTICATED, with the same words for every
   * reason.
   */
  verify(token: string | undefined, address: string, workspaceId?: string): Promise<Caller>;
  /** Ask the database again at the next use. */
  forget(): void;
}

export function unauthenticated(): AppError {
  return new AppError(
    'UNAUTHENTICATED',
    'A valid key or access token is needed: send it as X-Api-Key or as "Authorization: Bearer". It may be missing, wrong, expired or revoked.',
  );
}

/** Nobody gives away more than they have. */
export function refuseMore(caller: Caller, scopes: readonly Scope[], what: string): void {
  const missing = scopes.filter((scope) => !caller.scopes.has(scope));
  if (missing.length > 0)
    throw new AppError('FORBIDDEN', `You cannot give ${what} more than you may do yourself: ${missing.join(', ')}.`, {
      details: { missing },
    });
}
