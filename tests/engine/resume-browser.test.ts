import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinNodes, createRegistry, createRunResources } from '@casare/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const makeTempFolder = prepareTempFolders('resume-browser');
let server: Server;
let visits: string[] = [];

/** `/login` gives a cookie, `/account` shows who has it. */
beforeAll(async () => {
  server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('content-type', 'text/html');
    if (request.url === '/login') response.setHeader('set-cookie', 'who=ada; path=/');
    response.end(`<h1>${request.headers.cookie ?? 'nobody'}</h1>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const site = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

test('a run taken up again after a crash goes on in the browser where it stood, with its session', async () => {
  const document = workflowOf(
    {
      start: 'control.start',
      open: 'browser.open',
      login: { type: 'browser.goto', params: { url: site('/login') } },
      account: { type: 'browser.goto', params: { url: site('/account') } },
      order: { type: 'test.effect', params: { effect: 'once' } },
      read: { type: 'browser.extractText', params: { target: 'h1' } },
    },
    ['start>open', 'open>login', 'login>account', 'account>order', 'order>read'],
    { outputs: [{ name: 'who', value: '${steps.read.output.text}' }] },
  );
  const folder = await makeTempFolder();
  const bed = () => {
    const own = createTestBed();
    const known = new Set(builtinNodes.map((node) => node.type));
    return {
      ledger: own.ledger,
      registry: createRegistry([...builtinNodes, ...own.registry.all.filter((node) => !known.has(node.type))]),
    };
  };
  const whole = await runDocument(document, { bed: bed(), resources: createRunResources({ folder }) });
  expect(whole).toMatchObject({ status: 'completed', output: { who: 'who=ada' } });

  const ordered = whole.rows.findIndex((row) => row.kind === 'finished' && row.nodeId === 'order');
  const rows = whole.rows.slice(0, ordered + 1);
  expect(rows.filter((row) => row.kind === 'state').at(-1)?.data).toMatchObject({ browser: { url: site('/account') } });
  visits = [];
  const resumed = await runDocument(document, { bed: bed(), rows, resources: createRunResources({ folder }) });
  expect(resumed).toMatchObject({ status: 'completed', output: { who: 'who=ada' }, ledger: [], steps: 1 });
  expect(visits.filter((path) => path !== '/favicon.ico')).toEqual(['/account']);
});
