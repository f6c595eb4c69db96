import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { PackContext, PackNode, PackResult, PackSchema } from './pack-api.ts';
import type { PackCall, PackError, ToPack } from './pack-messages.ts';

// The process of one third-party pack: it loads the pack's module, describes its nodes and runs them one at a time. It has no environment
// and no right to files outside of the pack, to programs or to native code; everything a node does goes through messages to the engine.

const [entry = ''] = process.argv.slice(2);
const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let nextCall = 1;
let abort = new AbortController();
let nodes: readonly PackNode[] = [];

// The pack's code may replace what it can reach of `process`.
const send = process.send?.bind(process) ?? (() => true);

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToPack) => {
  if (message.type === 'describe') describe();
  else if (message.type === 'run') void runNode(message);
  else if (message.type === 'abort') abort.abort(new Error('The step was stopped.'));
  else settle(message);
});

try {
  const loaded = (await import(pathToFileURL(entry).href)) as { nodes?: unknown; default?: unknown };
  const list = loaded.nodes ?? loaded.default;
  if (!Array.isArray(list)) throw new Error('the module exports no list "nodes"');
  nodes = list as PackNode[];
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'broken', message: `it cannot be loaded: ${messageOf(error)}` });
}

function describe(): void {
  try {
    send({ type: 'described', nodes: nodes.map(describeNode) });
  } catch (error) {
    send({ type: 'broken', message: `it cannot be described: ${messageOf(error)}` });
  }
}

function describeNode(node: PackNode) {
  const { type, title, description, effect } = node;
  return {
    descriptor: {
      type,
      version: node.version ?? 1,
      title,
      description,
      category: node.category ?? 'code',
      icon: node.icon ?? 'package',
      synonyms: [...(node.synonyms ?? [])],
      inputs: [{ id: 'in', title: 'In', kind: 'flow' }],
      outputs: [...(node.outputs ?? [{ id: 'out', title: 'Out', kind: 'flow' }])],
      ...(node.dynamicOutputs && { dynamicOutputs: node.dynamicOutputs }),
      params: jsonSchemaOf(node.params, 'input'),
      output: jsonSchemaOf(node.output ?? {}, 'output'),
      capabilities: [...(node.capabilities ?? [])],
      effect,
    },
    examples: [...node.examples],
  };
}

function jsonSchemaOf(schema: PackSchema, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = (
    '_zod' in schema ? z.toJSONSchema(schema as z.ZodType, { io, unrepresentable: 'any' }) : schema
  ) as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest));
}

async function runNode({ node: type, params, facts }: Extract<ToPack, { type: 'run' }>): Promise<void> {
  abort = new AbortController();
  try {
    const node = nodes.find((one) => one.type === type);
    if (!node) throw new Error(`the pack has no node "${type}"`);
    const values = '_zod' in node.params ? (node.params as z.ZodType).parse(params) : params;
    const context: PackContext = { ...facts, signal: abort.signal, ...world };
    const { output, port } = ((await node.run(context, values as Record<string, unknown>)) ?? {}) as PackResult;
    // By way of JSON: what it cannot hold must fail here, where the pack can be blamed.
    send({ type: 'done', output: output === undefined ? undefined : JSON.parse(JSON.stringify(output)), port });
  } catch (error) {
    send({ type: 'failed', error: wireOf(error) });
  }
}

function ask(call: PackCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = nextCall++;
    pending.set(id, { resolve, reject });
    send({ type: 'call', id, call });
  });
}

function settle({ id, value, error }: Extract<ToPack, { type: 'reply' }>): void {
  const waiting = pending.get(id);
  pending.delete(id);
  if (!error) waiting?.resolve(value);
  else waiting?.reject(Object.assign(new Error(error.message), error));
}

const world = {
  log: (level, message, data) => void send({ type: 'log', level, message: String(message), data: jsonOr(data) }),
  progress: (fraction, message) => void send({ type: 'progress', fraction, message }),
  sleep: async (ms) => void (await ask({ method: 'sleep', ms })),
  checkpoint: async (data) => void (await ask({ method: 'checkpoint', data })),
  getVariable: (name) => ask({ method: 'getVariable', name }),
  setVariable: async (name, value) => void (await ask({ method: 'setVariable', name, value })),
  files: {
    read: (path) => ask({ method: 'files.read', path }) as Promise<Uint8Array>,
    readText: async (path) => new TextDecoder().decode((await ask({ method: 'files.read', path })) as Uint8Array),
    write: (path, content, options) =>
      ask({ method: 'files.write', path, content, ...options }) as Promise<{ path: string; size: number }>,
  },
  http: {
    request: (request) => ask({ method: 'http.request', request }) as ReturnType<PackContext['http']['request']>,
  },
} satisfies Partial<PackContext>;

function jsonOr(data: unknown): unknown {
  try {
    return data === undefined ? undefined : JSON.parse(JSON.stringify(data));
  } catch {
    return 'data that JSON cannot hold';
  }
}

function wireOf(thrown: unknown): PackError {
  const { code, retryable, details } = (thrown ?? {}) as Partial<PackError>;
  return {
    message: messageOf(thrown),
    ...(typeof code === 'string' && { code }),
    ...(typeof retryable === 'boolean' && { retryable }),
    ...(details !== undefined && { details: jsonOr(details) as Record<string, unknown> }),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `something that is no Error was thrown: ${String(thrown)}`;
}
