import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Journal, openSqliteJournal } from '@casare/engine';
import { expect } from 'vitest';
import { runForm } from './browser-form.ts';

const program = join(import.meta.dirname, 'killed-browser.ts');

/** A site whose form can be seen and sent only by who is logged in; it writes down what was sent. */
async function startSite(sent: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.setHeader('content-type', 'text/html');
      const known = request.headers.cookie?.includes('who=ada') === true;
      if (request.url === '/login') response.setHeader('set-cookie', 'who=ada; path=/').end('<h1>welcome</h1>');
      else if (!known) response.end('<h1>log in first</h1>');
      else if (request.method === 'POST') {
        sent.push(body);
        response.end(`<h1>thanks for ${body}</h1>`);
      } else {
        response.end(
          '<h1>form</h1><form method="post" action="/send"><input id="name" name="name"><input id="city" name="city"><button>send</button></form>',
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Kills the form run at some of its rows and flushes, and goes on each time. Gives how many processes were killed. */
export async function sweepForm(folder: string, most = Number.POSITIVE_INFINITY): Promise<number> {
  let boundaries = 0;
  const counted = join(folder, 'whole');
  mkdirSync(counted);
  const wholeSent = await withSite(async (site) => {
    const journal = openSqliteJournal({ path: join(counted, 'journal.sqlite'), runId: counted });
    const watched: Journal = {
      load: () => journal.load(),
      append(row, shown) {
        boundaries += 1;
        return journal.append(row, shown);
      },
      async flush(reason) {
        boundaries += 1;
        await journal.flush(reason);
      },
      close: () => journal.close(),
    };
    expect(await runForm(site, counted, watched)).toMatchObject({
      status: 'completed',
      output: { text: 'thanks for name=ada&city=london' },
    });
    await journal.close();
  });
  expect(wholeSent).toEqual(['name=ada&city=london']);
  const count = Math.min(boundaries, most);
  let kills = 0;
  for (let i = 0; i < count; i++) {
    const point = 1 + Math.floor(((i + 0.5) * boundaries) / count);
    const place = join(folder, String(point));
    mkdirSync(place);
    const sent = await withSite(async (site, soFar) => {
      if (await killAt(site, place, point)) kills += 1;
      await goOn(site, place, soFar);
    });
    expect(sent, `killed at ${point}`).toEqual(['name=ada&city=london']);
  }
  return kills;
}

async function withSite(work: (site: string, sent: readonly string[]) => Promise<void>): Promise<string[]> {
  const sent: string[] = [];
  const server = await startSite(sent);
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return sent;
}

async function killAt(site: string, folder: string, point: number): Promise<boolean> {
  const child = spawn(process.execPath, [program, site, folder, String(point)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, name) => resolve(name)),
  );
  if (signal !== 'SIGKILL' && child.exitCode !== 0) throw new Error(`at ${point}: ${await said}`);
  return signal === 'SIGKILL';
}

async function goOn(site: string, folder: string, sent: readonly string[]): Promise<void> {
  for (let decided = false; ; decided = true) {
    const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: folder });
    const result = await runForm(site, folder, journal);
    if (result.status !== 'parked' || decided) {
      await journal.close();
      expect(result.error?.message).toBe(undefined);
      expect(result.status).toBe('completed');
      return;
    }
    expect(result.inDoubtPath).toBe('send');
    const base = { path: 'send', nodeId: 'send', at: Date.now() };
    if (sent.length > 0) journal.append({ ...base, kind: 'finished', output: { url: site } });
    else journal.append({ ...base, kind: 'failed', error: { code: 'NODE_FAILED', message: 'again', retryable: true } });
    await journal.close();
  }
}
