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
  loadPacks,
  run,
  type RunResult,
} from '@casare/engine';
import { catalogWithPacks, hasErrors, type RunEvent, validateWorkflow, withPacks } from '@casare/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';
import { nodeText, writePack } from './write-pack.ts';

const makeTempFolder = prepareTempFolders('packs');
const server = createServer((_request, response) => response.end('from the server')).listen(0, '127.0.0.1');
afterAll(() => void server.close());

async function install(nodes: string, manifest: Record<string, unknown> = {}, before = '') {
  const folder = await makeTempFolder();
  await writePack(folder, 'casare-acme', { nodes, manifest, before });
  return { folder, ...(await loadPacks(folder)) };
}

async function runNode(
  loaded: Awaited<ReturnType<typeof install>>,
  type: string,
  params: Record<string, unknown> = {},
  more: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<{ result: RunResult; events: RunEvent[]; folder: string }> {
  expect(loaded.broken).toEqual([]);
  const folder = await makeTempFolder();
  const document = workflowOf(
    {
      start: 'control.start',
      step: { type, params: params as never, ...(more.timeoutMs && { timeoutMs: more.timeoutMs }) },
    },
    ['start>step'],
    {
      outputs: [{ name: 'out', value: '${steps.step.output}' }],
      variables: [{ name: 'known', type: 'any', default: 7 }],
    },
  );
  const events: RunEvent[] = [];
  const result = await run(compile(document, createRegistry([...builtinNodes, ...loaded.nodes])), {
    runId: 'run-1',
    input: {},
    journal: createMemoryJournal(),
    resources: createRunResources({ folder }),
    onEvents: (batch) => void events.push(...batch),
    ...(more.signal && { signal: more.signal }),
  });
  return { result, events, folder };
}

describe('a pack', () => {
  it('is found, described and run like a node of the product', async () => {
    const loaded = await install(nodeText('acme.double', 'return { output: { twice: params.value * 2 } };'));
    expect(loaded.packs[0]?.pack).toMatchObject({ name: 'casare-acme', version: '1.2.3', prefix: 'acme' });
    expect(loaded.nodes[0]?.descriptor).toMatchObject({
      type: 'acme.double',
      pack: { name: 'casare-acme', version: '1.2.3' },
      capabilities: ['pack:casare-acme'],
    });
    const { result } = await runNode(loaded, 'acme.double', { value: '${20 + 1}' });
    expect(result).toMatchObject({ status: 'completed', output: { out: { twice: 42 } } });
  });

  it('reaches files, the web, variables and the log through its context only', async () => {
    const { port } = server.address() as AddressInfo;
    const loaded = await install(
      nodeText(
        'acme.world',
        `const answer = await ctx.http.request({ method: 'GET', url: params.value });
         const text = new TextDecoder().decode(answer.body);
         await ctx.files.write('said.txt', text);
         await ctx.setVariable('known', 8);
         ctx.log('warn', 'it said', { text });
         ctx.progress(0.5, 'half');
         return { output: { text: await ctx.files.readText('said.txt'), known: await ctx.getVariable('known'), status: answer.status } };`,
      ),
    );
    const { result, events, folder } = await runNode(loaded, 'acme.world', { value: `http://127.0.0.1:${port}/` });
    expect(result.output['out']).toEqual({ text: 'from the server', known: 8, status: 200 });
    expect(readFileSync(join(folder, 'said.txt'), 'utf8')).toBe('from the server');
    expect(events).toContainEqual(expect.objectContaining({ type: 'node.log', level: 'warn', message: 'it said' }));
    expect(events).toContainEqual(expect.objectContaining({ type: 'node.progress', fraction: 0.5 }));
  });

  it('takes parameters as zod schemas, and leaves by the port it names', async () => {
    const zod = JSON.stringify(import.meta.resolve('zod'));
    const loaded = await install(
      nodeText('acme.way', `return { output: { to: params.to }, port: params.to };`, {
        outputs: [
          { id: 'left', title: 'Left', kind: 'flow' },
          { id: 'right', title: 'Right', kind: 'flow' },
        ],
        examples: [{ title: 'One', params: { to: 'left' } }],
      })
        .replace('"params":{', '"other":{')
        .replace(
          'async run',
          `params: z.strictObject({ to: z.enum(['left', 'right']).meta({ title: 'To' }) }), async run`,
        ),
      {},
      `import { z } from ${zod};`,
    );
    const { result, events } = await runNode(loaded, 'acme.way', { to: 'right' });
    expect(result.status).toBe('completed');
    expect(events).toContainEqual(expect.objectContaining({ type: 'node.finished', nodeId: 'step', port: 'right' }));
  });

  it('is asked again only after its files changed', async () => {
    const folder = await makeTempFolder();
    await writePack(folder, 'casare-acme', { nodes: nodeText('acme.one', 'return {};') });
    await loadPacks(folder);
    // A runtime that does not exist: whoever asked the pack again would fail.
    expect((await loadPacks(folder, { runtime: '/nowhere/node' })).nodes).toHaveLength(1);
    await writePack(folder, 'casare-acme', {
      nodes: nodeText('acme.one', 'return {};') + ',' + nodeText('acme.two', 'return {};'),
    });
    expect((await loadPacks(folder)).nodes.map((node) => node.type)).toEqual(['acme.one', 'acme.two']);
  });

  it('travels in a published document, so that others can check it', async () => {
    const loaded = await install(nodeText('acme.double', 'return {};'));
    const registry = createRegistry([...builtinNodes, ...loaded.nodes]);
    const document = workflowOf({ start: 'control.start', step: 'acme.double' }, ['start>step']);
    const published = withPacks(document, registry.catalog);
    expect(published.packs).toMatchObject([
      { name: 'casare-acme', version: '1.2.3', nodes: [{ type: 'acme.double' }] },
    ]);
    const bare = createRegistry(builtinNodes).catalog;
    expect(hasErrors(validateWorkflow(published, catalogWithPacks(published, bare)))).toBe(false);
    const [problem] = validateWorkflow(published, bare);
    expect(problem?.message).toContain('casare packs add casare-acme');
  });
});

describe('a pack that fails', () => {
  it('fails its step with what it threw', async () => {
    const loaded = await install(
      nodeText(
        'acme.fail',
        `throw Object.assign(new Error('no such order'), { code: 'NOT_FOUND', retryable: true, details: { order: 7 } });`,
      ),
    );
    const { result } = await runNode(loaded, 'acme.fail');
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      message: 'no such order',
      retryable: true,
      details: { order: 7, pack: 'casare-acme' },
    });
  });

  it.each([
    ['exits', 'process.exit(0);', 'PACK_CRASHED'],
    ['kills itself', 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});', 'PACK_CRASHED'],
    ['throws what is no error', 'throw undefined;', 'NODE_FAILED'],
    [
      'throws later',
      'setTimeout(() => { throw new Error("late"); }); await new Promise(() => setInterval(() => {}, 1000));',
      'PACK_CRASHED',
    ],
    [
      'sends messages of its own',
      'process.send({ type: "nonsense" }); await new Promise(() => setInterval(() => {}, 1000));',
      'PACK_CRASHED',
    ],
    [
      'floods',
      'for (let i = 0; i < 200000; i++) ctx.log("info", "x"); await new Promise(() => setInterval(() => {}, 1000));',
      'PACK_CRASHED',
    ],
    ['gives what JSON cannot hold', 'const a = {}; a.a = a; return { output: a };', 'NODE_FAILED'],
    ['leaves by a port it does not have', 'return { port: "nowhere" };', 'NODE_FAILED'],
    ['eats memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length));', 'PACK_CRASHED'],
    [
      'starts a program',
      'const { execFileSync } = await import("node:child_process"); execFileSync("true");',
      'NODE_FAILED',
    ],
    [
      'reads a file',
      'const { readFileSync } = await import("node:fs"); return { output: readFileSync("/etc/passwd", "utf8") };',
      'NODE_FAILED',
    ],
    [
      'writes a file',
      'const { writeFileSync } = await import("node:fs"); writeFileSync("/tmp/casare-pack", "x");',
      'NODE_FAILED',
    ],
    [
      'starts a thread',
      'const { Worker } = await import("node:worker_threads"); new Worker("1", { eval: true });',
      'NODE_FAILED',
    ],
    ['asks for a file outside', 'return { output: await ctx.files.readText("/etc/passwd") };', 'FILE_ACCESS'],
    [
      'asks for cloud metadata',
      'await ctx.http.request({ method: "GET", url: "http://169.254.169.254/" });',
      'HTTP_FAILED',
    ],
  ])('%s: only its step fails', async (_what, code, expected) => {
    const { result } = await runNode(await install(nodeText('acme.bad', code)), 'acme.bad');
    expect(result.error?.code).toBe(expected);
  });

  it('finds nothing in its environment', async () => {
    const loaded = await install(nodeText('acme.env', 'return { output: Object.keys(process.env) };'));
    const { result } = await runNode(loaded, 'acme.env');
    expect(result.output['out']).toEqual([]);
  });

  it('is killed when it does not stop with its step', async () => {
    const loaded = await install(nodeText('acme.hang', 'for (;;);'));
    const began = performance.now();
    const { result } = await runNode(loaded, 'acme.hang', {}, { timeoutMs: 300 });
    expect(result.error?.code).toBe('NODE_TIMEOUT');
    const cancelled = await runNode(loaded, 'acme.hang', {}, { signal: AbortSignal.timeout(300) });
    expect(cancelled.result.status).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(8000);
  });

  it('that gives something else than it says is blamed', async () => {
    const output = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] };
    const loaded = await install(nodeText('acme.lie', 'return { output: { count: "many" } };', { output }));
    const { result } = await runNode(loaded, 'acme.lie');
    expect(result.error).toMatchObject({ code: 'PACK_INVALID' });
    expect(result.error?.message).toContain('count');
  });
});

describe('a pack that cannot be used', () => {
  const ok = nodeText('acme.ok', 'return {};');

  it.each<[string, { nodes?: string; before?: string; manifest?: Record<string, unknown> }, string]>([
    ['throws while it loads', { before: 'throw new Error("no");' }, 'no'],
    ['exits while it loads', { before: 'process.exit(3);' }, 'ended'],
    ['exports no list', { nodes: '', before: 'export default 1; throw new TypeError("bad")' }, 'bad'],
    ['has no nodes', { nodes: '' }, 'no nodes'],
    ['claims a family of the product', { manifest: { prefix: 'browser' } }, 'belongs to the product'],
    ['has another prefix in its types', { nodes: nodeText('http.request', '') }, 'its type must be'],
    ['has a type twice', { nodes: `${ok},${ok}` }, 'two of it'],
    [
      'has params that are no schema',
      { nodes: nodeText('acme.x', '', { params: { type: 'string' } }) },
      'no JSON Schema of an object',
    ],
    [
      'has parameters without titles',
      { nodes: nodeText('acme.x', '', { params: { type: 'object', properties: { value: {} } } }) },
      'no title',
    ],
    [
      'has an example that does not fit',
      { nodes: nodeText('acme.x', '', { examples: [{ title: 'E', params: { other: 1 } }] }) },
      'does not fit',
    ],
    ['has an unknown effect', { nodes: nodeText('acme.x', '', { effect: 'magic' }) }, 'ended'],
    [
      'wants to be a container',
      { nodes: nodeText('acme.x', '', { outputs: [{ id: 'body', title: 'B', kind: 'body' }] }) },
      'body ports',
    ],
    ['names a module that is not there', { manifest: { nodes: './gone.js' } }, 'does not exist'],
    ['names a module outside of it', { manifest: { nodes: '../../node_modules/.package-lock.json' } }, ''],
  ])('%s: it is named, and the others work', async (_what, { nodes = ok, before = '', manifest = {} }, words) => {
    const folder = await makeTempFolder();
    await writePack(folder, 'casare-good', { nodes: nodeText('good.one', 'return {};') });
    await writePack(folder, 'casare-acme', { nodes, before, manifest });
    const loaded = await loadPacks(folder);
    expect(loaded.nodes.map((node) => node.type)).toEqual(['good.one']);
    expect(loaded.broken).toMatchObject([{ name: 'casare-acme' }]);
    expect(loaded.broken[0]?.message).toContain(words);
  });

  it('hangs while it loads: it is given up', async () => {
    const folder = await makeTempFolder();
    await writePack(folder, 'casare-acme', { nodes: ok, before: 'for (;;);' });
    const loaded = await loadPacks(folder, { startMs: 1000 });
    expect(loaded.broken[0]?.message).toContain('did not answer');
  });

  it('two with the same prefix: the second is refused', async () => {
    const folder = await makeTempFolder();
    await writePack(folder, 'casare-acme', { nodes: ok });
    await writePack(folder, '@other/acme', { nodes: ok });
    const loaded = await loadPacks(folder);
    expect(loaded.packs).toHaveLength(1);
    expect(loaded.broken[0]?.message).toContain('same prefix');
  });
});
