import { z } from 'zod';
import { type Scope, SCOPES, WORKSPACE_SCOPES } from './scopes.ts';

/** From least to most; each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'author', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What a role adds to the one before it. */
const ADDED: Record<Role, readonly Scope[]> = {
  // Sees how work goes.
  viewer: [
    'jobs:read',
    'robots:read',
    'workflows:read',
    'schedules:read',
    'triggers:read',
    'queues:read',
    'tasks:read',
    'assets:read',
    'metrics:read',
    'events:read',
    'workspaces:read',
  ],
  // Keeps work going: jobs, robots, queues, answers.
  operator: ['jobs:write', 'robots:write', 'queues:write', 'tasks:write'],
  // Makes what runs, and by what it starts; sees which credentials there are, never their values.
  author: ['workflows:write', 'schedules:write', 'triggers:write', 'assets:write', 'credentials:read'],
  // Decides who may do what.
  admin: WORKSPACE_SCOPES,
};

export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: upTo('viewer'),
  operator: upTo('operator'),
  author: upTo('author'),
  admin: upTo('admin'),
};

/** What a super admin may do, in every tenant. */
export const SUPER_SCOPES: readonly Scope[] = SCOPES;

function upTo(role: Role): readonly Scope[] {
  const all = new Set(ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((each) => ADDED[each]));
  return SCOPES.filter((scope) => all.has(scope));
}
