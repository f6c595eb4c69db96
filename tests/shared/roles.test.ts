import { expect, test } from 'vitest';
import { ROLE_SCOPES, ROLES, SCOPES, WORKSPACE_SCOPES } from '../../shared/index.ts';

test('each role may do what the one before it may, and more', () => {
  for (const [i, role] of ROLES.entries()) {
    const before = ROLES[i - 1];
    if (!before) continue;
    expect(ROLE_SCOPES[role]).toEqual(expect.arrayContaining([...ROLE_SCOPES[before]]));
    expect(ROLE_SCOPES[role].length).toBeGreaterThan(ROLE_SCOPES[before].length);
  }
});

test('a viewer changes nothing, an operator makes nothing that runs, an author decides about nobody', () => {
  expect(ROLE_SCOPES.viewer.filter((scope) => !scope.endsWith(':read'))).toEqual([]);
  expect(ROLE_SCOPES.viewer).not.toContain('credentials:read');
  expect(ROLE_SCOPES.operator.filter((scope) => scope.endsWith(':write'))).toEqual([
    'jobs:write',
    'robots:write',
    'queues:write',
    'tasks:write',
  ]);
  const decides = ['keys', 'people', 'audit', 'tenants'];
  expect(ROLE_SCOPES.author.filter((scope) => decides.includes(scope.split(':')[0] ?? ''))).toEqual([]);
  expect(ROLE_SCOPES.author).not.toContain('credentials:write');
});

test('an admin may do everything in the workspace and nothing across tenants', () => {
  expect(ROLE_SCOPES.admin).toEqual(WORKSPACE_SCOPES);
  expect(SCOPES.filter((scope) => !WORKSPACE_SCOPES.includes(scope))).toEqual(['tenants:read', 'tenants:write']);
});
