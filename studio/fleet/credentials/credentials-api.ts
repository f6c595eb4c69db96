import type {
  Credential,
  CredentialUses,
  CreateCredential,
  rotateCredentialSchema,
  updateCredentialSchema,
  VaultNames,
} from '@casare/shared';
import type { z } from 'zod';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export type CredentialValue = z.input<typeof rotateCredentialSchema>;
export type CredentialRules = z.input<typeof updateCredentialSchema>;

export function credentialsApi({ send, create }: Senders) {
  const at = (id: string) => `/credentials/${encodeURIComponent(id)}`;
  return {
    credentials: (query: Query) => send<Page<Credential>>('GET', `/credentials${queryText(query)}`),
    credential: (id: string) => send<Credential>('GET', at(id)),
    credentialUses: (id: string) => send<CredentialUses>('GET', `${at(id)}/uses`),
    createCredential: (credential: CreateCredential) => create<Credential>('/credentials', credential),
    rotateCredential: (id: string, value: CredentialValue) => create<Credential>(`${at(id)}/rotate`, value),
    updateCredential: (id: string, body: CredentialRules) => send<Credential>('PUT', at(id), { body }),
    deleteCredential: (id: string, force: boolean) => send<unknown>('DELETE', `${at(id)}${queryText({ force })}`),
    vaultNames: () => send<VaultNames>('GET', '/vault/names'),
  };
}
