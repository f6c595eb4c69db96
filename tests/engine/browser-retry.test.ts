import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinNodes, compile, createMemoryJournal, createRegistry, createResourceManager, run } from '@casare/engine';
import type { RunEvent } from '@casare/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { descendantsOf } from '../support/processes.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';

const makeTempFolder = prepareTempFolders('browser-retry');
const cookies: (string | undefined)[] = [];
/** What the step waits for is there the second time the page is opened. */
const site = createServer((request, response) => {
  if (request.url !== '/') return response.writeHead(404).end();
  cookies.push(request.headers.cookie);
  const body = cookies.length % 2 === 0 ? '<p id="ready">ready</p>' : '<p>wait</p>';
  return response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'seen=1' }).end(body);
});
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
const manager = createResourceManager();
afterAll(async () => {
  await manager.close();
  site.closeAllConnections();
  site.close();
});

function browserProcesses(type?: string) {
  return descendantsOf(process.pid).filter(
    ({ command }) => command.includes('--remote-debugging-pipe') || (type && command.includes(`--type=${type}`)),
  );
}

describe('a step whose browser goes away', () => {
  it.each([
    ['with all its processes', () => browserProcesses('renderer').map(({ pid }) => pid)],
    [
      'in its renderer alone',
      () =>
        browserProcesses('renderer')
          .filter(({ command }) => command.includes('--type=renderer'))
          .map(({ pid }) => pid),
    ],
  ])('%s fails with a reason, and its next try goes on in a new one with what was kept', async (_how, find) => {
    cookies.length = 0;
    const program = compile(
      workflowOf(
        {
          start: 'control.start',
          open: { type: 'browser.open', params: { url } },
          text: {
            type: 'browser.extractText',
            params: { target: '#ready', timeoutMs: 20_000 },
            retry: { attempts: 2, initialMs: 10, factor: 1, maxMs: 10, jitter: 0 },
          },
        },
        ['start>open', 'open>text'],
        { outputs: [{ name: 'text', value: '${steps.text.output}' }] },
      ),
      createRegistry(builtinNodes),
    );
    const events: RunEvent[] = [];
    const journal = createMemoryJournal();
    const running = run(program, {
      runId: 'retry',
      input: {},
      journal,
      resources: manager.forRun({ folder: await makeTempFolder() }),
      onEvents: (batch) => void events.push(...batch),
    });
    // The step waits, and where the browser stands has been written down.
    await waitFor(() => events.some((event) => event.type === 'node.started' && event.nodeId === 'text'));
    await waitFor(() => journal.load().some(({ kind }) => kind === 'state'));
    const pids = await waitFor(() => {
      const found = find();
      return found.length > 0 && found;
    });
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const result = await running;
    expect(result.error?.message).toBeUndefined();
    expect(result.status).toBe('completed');
    expect(JSON.stringify(result.output)).toContain('ready');
    expect(events.find(({ type }) => type === 'node.retrying')).toMatchObject({ error: { code: 'BROWSER_CRASHED' } });
    expect(cookies).toEqual([undefined, 'seen=1']);
  });
});
