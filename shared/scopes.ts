import { z } from 'zod';

/**
 * What a key or a person may do, per kind of thing: `read` shows it, `write` makes and changes it. Every route for people
 * names the one it needs; a key without it is refused with FORBIDDEN.
 */
export const SCOPES = [
  'jobs:read',
  'jobs:write',
  'robots:read',
  'robots:write',
  'workflows:read',
  'workflows:write',
  'schedules:read',
  'schedules:write',
  'triggers:read',
  'triggers:write',
  'queues:read',
  'queues:write',
  'tasks:read',
  'tasks:write',
  'credentials:read',
  'credentials:write',
  'assets:read',
  'assets:write',
  'metrics:read',
  'events:read',
  'keys:read',
  'keys:write',
  'people:read',
  'people:write',
  'audit:read',
  'workspaces:read',
  'workspaces:write',
  'tenants:read',
  'tenants:write',
] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

/** What can be had within a workspace; the rest is across tenants and nobody's but a super admin's. */
export const WORKSPACE_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !scope.startsWith('tenants:'));
