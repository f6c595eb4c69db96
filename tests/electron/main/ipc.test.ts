import { HOST_CALL_CHANNEL, type HostAnswer, STUDIO_HOST_CALLS } from '@casare/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setupIpc } from '../../../electron/main/ipc.ts';

type Handler = (event: unknown, ...values: unknown[]) => Promise<HostAnswer>;

function setup() {
  const handlers = new Map<string, Handler>();
  const forwarded: unknown[][] = [];
  setupIpc({ handle: (channel, handler) => void handlers.set(channel, handler as Handler) }, async (...call) => {
    forwarded.push(call);
    return { ok: true, reply: 'from the host' };
  });
  const invoke = (event: unknown, ...values: unknown[]) => {
    const handler = handlers.get(HOST_CALL_CHANNEL);
    if (!handler) throw new Error('no handler');
    return handler(event, ...values);
  };
  return { handlers, forwarded, invoke };
}

const page = { senderFrame: { url: 'app://studio/#/fleet', parent: null } };

test('there is one channel, and a call of the page goes to the host as it is', async () => {
  const { handlers, forwarded, invoke } = setup();
  expect([...handlers.keys()]).toEqual([HOST_CALL_CHANNEL]);
  expect(await invoke(page, 'files.read', { path: 'a' })).toEqual({ ok: true, reply: 'from the host' });
  expect(forwarded).toEqual([['files.read', { path: 'a' }]]);
});

const foreign: [string, object][] = [
  ['a frame inside the page', { senderFrame: { url: 'app://studio/', parent: {} } }],
  ['a frame that is gone', { senderFrame: null }],
  ...[
    'https://evil.example/',
    'app://evil/',
    'app://studio.evil.example/',
    'app://studio@evil/',
    'app://x:y@studio/',
    'app://studio:1/',
    'file:///app://studio/',
    'data:text/html,app://studio/',
    'about:blank',
    '',
  ].map((url): [string, object] => [`a page at "${url}"`, { senderFrame: { url, parent: null } }]),
];

test.each(foreign)('%s is refused', async (_what, event) => {
  const { forwarded, invoke } = setup();
  expect(await invoke(event, 'app.info', {})).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  expect(forwarded).toEqual([]);
});

test('whatever a page sends is answered, and only names of the contract reach the host', async () => {
  const { forwarded, invoke } = setup();
  const names = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'app.info', 'run.start'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(names, { maxLength: 4 }), async (values) => {
      const answer = await invoke(page, ...values);
      expect(typeof answer.ok).toBe('boolean');
    }),
    { numRuns: 10_000 },
  );
  for (const [name] of forwarded) expect(Object.hasOwn(STUDIO_HOST_CALLS, String(name))).toBe(true);
  expect(forwarded.length).toBeGreaterThan(0);
});
