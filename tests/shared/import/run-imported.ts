import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createMemoryJournal,
  createRegistry,
  createRunResources,
  run,
  type RunResult,
} from '@casare/engine';
import type { ImportResult, Workflow } from '@casare/shared';

export const registry = createRegistry(builtinNodes);
export const fixtures = join(import.meta.dirname, '../../fixtures/import');

/** A site in place of api.example.com: answers by path, and keeps what was posted to it. */
export interface Site extends AsyncDisposable {
  url: string;
  posted: { path: string; body: unknown }[];
}

export async function startSite(answers: Record<string, unknown>): Promise<Site> {
  const posted: Site['posted'] = [];
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const count = (calls.get(path) ?? 0) + 1;
      calls.set(path, count);
      if (request.method === 'POST') {
        posted.push({ path, body: readBody(text, request.headers['content-type'] ?? '') });
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: `${path.slice(1)}-${posted.length}` }));
        return;
      }
      const found = answers[path];
      const answer: unknown = typeof found === 'function' ? (found as (count: number) => unknown)(count) : found;
      if (answer === undefined) response.writeHead(404).end();
      else if (answer === null)
        response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"later"}');
      else if (typeof answer === 'string')
        response.writeHead(200, { 'content-type': path.endsWith('.xml') ? 'text/xml' : 'text/html' }).end(answer);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readBody(text: string, type: string): unknown {
  if (type.includes('json')) return JSON.parse(text) as unknown;
  return type.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(text)) : text;
}

export function readFixture(path: string, url = 'https://api.example.com'): unknown {
  return JSON.parse(readFileSync(join(fixtures, path), 'utf8').replaceAll('https://api.example.com', url));
}

/** Runs the first workflow of an import; the others can be called by it. */
export async function runImported(
  { workflows }: ImportResult,
  folder: string,
  input: Record<string, unknown> = {},
): Promise<RunResult> {
  const [workflow] = workflows as [Workflow, ...Workflow[]];
  const inputs = Object.fromEntries(workflow.inputs.map((one) => [one.name, one.default]));
  return await run(compile(workflow, registry), {
    runId: `import-${workflow.id}`,
    input: { ...inputs, ...input },
    journal: createMemoryJournal(),
    resources: createRunResources({ folder, programs: 'any' }),
    loadWorkflow: async (id) => {
      const found = workflows.find((one) => one.id === id);
      if (!found) throw new Error(`no workflow ${id}`);
      return { document: found };
    },
  });
}
