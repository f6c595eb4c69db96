import { AppError, type RunEvent, type RunVault } from '@casare/shared';
import { expect, test } from 'vitest';
import type { RunOptions } from '../../engine/index.ts';
import { createHostGuard } from '../../engine/vault/host-guard.ts';
import { formsOf } from '../../engine/secret-forms.ts';
import { workflowOf } from '../support/workflows.ts';
import { call, runWith, start, value } from './call-bed.ts';

const secret = 'canary "pass/word" ä';
const store: RunVault = {
  credentials: [
    { name: 'crm', fields: { username: 'ann', password: secret }, masked: [secret, 'canary of before'], hosts: [] },
    { name: 'other', fields: { token: 'canary of another' }, masked: ['canary of another'], hosts: [] },
  ],
  assets: [
    { name: 'limit', value: 10 },
    { name: 'account', value: null, credential: 'other' },
  ],
};

/** Gives what is asked for and keeps what that was. */
function vaultOf(asked: string[]): NonNullable<RunOptions['readVault']> {
  return async ({ credentials, assets }) => {
    asked.push([...credentials, ...assets].join(' '));
    return {
      credentials: store.credentials.filter(({ name }) => credentials.includes(name) || assets.includes('account')),
      assets: store.assets.filter(({ name }) => assets.includes(name)),
    };
  };
}

test('a run asks once for all that its workflow names, and nothing where it names nothing', async () => {
  const asked: string[] = [];
  const document = workflowOf(
    { start, a: value('${credentials.crm.username}'), b: value('${[credentials.crm.password.length, assets.limit]}') },
    ['start>a', 'a>b'],
    { outputs: [{ name: 'all', value: '${[steps.a.output, steps.b.output, assets.account.token.length]}' }] },
  );
  const result = await runWith(document, [], { readVault: vaultOf(asked) });
  expect(result).toMatchObject({ status: 'completed', output: { all: ['ann', [20, 10], 17] } });
  expect(asked).toEqual(['crm account limit']);
  await runWith(workflowOf({ start, a: value(1) }, ['start>a']), [], { readVault: vaultOf(asked) });
  expect(asked).toHaveLength(1);
});

test('its secrets are masked from the first event on, also those it had before; user names are not', async () => {
  const events: RunEvent[] = [];
  const document = workflowOf(
    { start, a: value('${credentials.crm.password} of ${credentials.crm.username}'), b: value('canary of before') },
    ['start>a', 'a>b'],
    { outputs: [{ name: 'all', value: '${steps.a.output}' }] },
  );
  const result = await runWith(document, [], { readVault: vaultOf([]), onEvents: (batch) => events.push(...batch) });
  expect(result.output).toEqual({ all: '•••• of ann' });
  expect(JSON.stringify(events)).not.toContain('canary');
});

test('a called workflow gets its own names when it is called, each asked for once a run', async () => {
  const asked: string[] = [];
  const inner = workflowOf({ start, a: value('${credentials.other.token.length}') }, ['start>a'], {
    id: 'inner',
    outputs: [{ name: 'length', value: '${steps.a.output}' }],
  });
  const document = workflowOf(
    { start, c: call('inner'), d: call('inner'), mine: value('${credentials.crm.username}') },
    ['start>c', 'c>d', 'd>mine'],
    { outputs: [{ name: 'length', value: '${steps.d.output.length}' }] },
  );
  const result = await runWith(document, [inner], { readVault: vaultOf(asked) });
  expect(result).toMatchObject({ status: 'completed', output: { length: 17 } });
  expect(asked).toEqual(['crm', 'other']);
});

test.each([
  ['without a place for them', undefined],
  ['where a name is not there', vaultOf([])],
])('a run %s fails before its first step', async (_what, readVault) => {
  const document = workflowOf({ start, a: value('${credentials.nobody.x}') }, ['start>a']);
  const result = await runWith(document, [], readVault ? { readVault } : {});
  expect(result).toMatchObject({ status: 'failed', steps: 0, error: { code: 'CREDENTIAL_MISSING' } });
  expect(result.error?.message).toContain('"nobody"');
});

test('a bound credential is found in every form it may take, and goes to its hosts only', () => {
  const guard = createHostGuard();
  guard.add({ name: 'free', masked: ['nothing to see'], hosts: [] });
  expect(guard.active).toBe(false);
  guard.add({ name: 'crm', masked: [secret], hosts: ['api.example.com', '*.intra.example.com', '::1'] });
  const refusals: unknown[] = [];
  const passes = (address: string, text: string) => {
    try {
      guard.check(address, ['before', text]);
      return true;
    } catch (error) {
      refusals.push(error);
      return false;
    }
  };
  const forms = formsOf(secret);
  expect(forms.length).toBeGreaterThan(15);
  expect(forms.filter((form) => passes('https://evil.example.com/x', `<${form}>`))).toEqual([]);
  for (const there of ['https://api.example.com/x', 'http://a.intra.example.com:8080', 'http://[::1]:9/'])
    expect(passes(there, secret)).toBe(true);
  for (const elsewhere of [
    'https://intra.example.com',
    'https://api.example.com.evil.com',
    'about:blank',
    'no address',
  ])
    expect(passes(elsewhere, secret)).toBe(false);
  expect(passes('https://evil.example.com', 'nothing to see, or canary "pass')).toBe(true);
  expect(refusals.filter((error) => !(error instanceof AppError) || error.code !== 'CREDENTIAL_REFUSED')).toEqual([]);
  expect(refusals.map(String).filter((text) => text.includes('canary'))).toEqual([]);
});
