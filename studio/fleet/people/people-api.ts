import type { Invitation, inviteReplySchema, inviteSchema, Person, Role } from '@casare/shared';
import type { z } from 'zod';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export type Invited = z.infer<typeof inviteReplySchema>;

export function peopleApi({ send, create }: Senders) {
  const at = (id: string) => `/people/${encodeURIComponent(id)}`;
  return {
    people: (query: Query) => send<Page<Person>>('GET', `/people${queryText(query)}`),
    setRole: (id: string, role: Role) => send<Person>('PUT', `${at(id)}/role`, { body: { role } }),
    removePerson: (id: string) => send<unknown>('DELETE', at(id)),
    signOutPerson: (id: string) => send<unknown>('POST', `${at(id)}/sign-out`),
    invitations: (query: Query) => send<Page<Invitation>>('GET', `/invitations${queryText(query)}`),
    invite: (wanted: z.input<typeof inviteSchema>) => create<Invited>('/invitations', wanted),
    revokeInvitation: (id: string) => send<unknown>('DELETE', `/invitations/${encodeURIComponent(id)}`),
  };
}
