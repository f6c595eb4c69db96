import { setTimeout as delay } from 'node:timers/promises';
import {
  builtinNodes,
  createRedactor,
  createRunResources,
  type NodeContext,
  type NodeDefinition,
} from '@casare/engine';
import { AppError } from '@casare/shared';
import { afterAll } from 'vitest';
import { createLogLines } from '../../../engine/log-lines.ts';
import type { RunResourcesOptions } from '../../../engine/resources/create-resources.ts';
import { noFleet } from '../../../engine/call/fleet-jobs.ts';
import { prepareTempFolders } from '../../support/temp.ts';

/** Of a run without secrets. */
const redactor = createRedactor();

export interface RanNode {
  // oxlint-disable-next-line typescript/no-explicit-any -- what a node gives differs for each; the schema of the node has checked it.
  output: any;
  port: string | undefined;
}

export interface NodeBench {
  folder: string;
  vars: Record<string, unknown>;
  logs: { level: string; message: string; data?: unknown }[];
  progress: number[];
  checkpoints: unknown[];
  resources: ReturnType<typeof createRunResources>;
  /** Runs one node as the engine does: parameters parsed, output held against its schema. */
  run(type: string, params: Record<string, unknown>, overrides?: Partial<NodeContext>): Promise<RanNode>;
  /** The AppError it fails with. */
  fail(type: string, params: Record<string, unknown>, overrides?: Partial<NodeContext>): Promise<AppError>;
}

/** Called at the top of a test file: real resources in a temporary folder, closed when the file ends. */
export async function openNodeBench(options: Partial<RunResourcesOptions> = {}): Promise<NodeBench> {
  const folder = await prepareTempFolders('nodes')();
  const resources = createRunResources({ folder, ...options });
  afterAll(() => resources.close());
  const bench: NodeBench = {
    folder,
    vars: {},
    logs: [],
    progress: [],
    checkpoints: [],
    resources,
    async run(type, params, overrides) {
      const definition = findNode(type);
      const parsed = definition.params.parse(params);
      const { output, port } = (await definition.run?.(contextOf(bench, overrides), parsed)) ?? {};
      return { output: definition.output.parse(output), port };
    },
    async fail(type, params, overrides) {
      const ran = bench.run(type, params, overrides);
      const error: unknown = await ran.then(
        ({ output }) => new Error(`${type} did not fail but gave ${JSON.stringify(output)}`),
        (thrown: unknown) => thrown,
      );
      if (error instanceof AppError) return error;
      throw error;
    },
  };
  return bench;
}

export function findNode(type: string): NodeDefinition {
  const definition = builtinNodes.find((node) => node.type === type);
  if (!definition) throw new Error(`There is no node type ${type}`);
  return definition;
}

function contextOf(bench: NodeBench, overrides: Partial<NodeContext> = {}): NodeContext {
  const { signal = new AbortController().signal } = overrides;
  const { files, http, browser, sandbox, remotes, documents, programs, desktop, packs } = bench.resources;
  return {
    signal,
    run: { id: 'run-1', workflowId: 'flow-1', workflowName: 'Flow', startedAt: 0 },
    nodeId: 'node',
    path: 'node',
    attempt: 1,
    effectKey: 'effect-key-of-this-step',
    now: () => Date.now(),
    random: () => Math.random(),
    log: (level, message, data) => void bench.logs.push({ level, message, ...(data === undefined ? {} : { data }) }),
    logLines: (level) => createLogLines(redactor.stream(), (message) => void bench.logs.push({ level, message })),
    holdsSecret: () => false,
    checkHost: () => undefined,
    progress: (fraction) => void bench.progress.push(fraction),
    getVariable: (name) => bench.vars[name],
    setVariable: (name, value) => {
      bench.vars[name] = value;
    },
    sleep: (ms) => delay(ms, undefined, { signal }),
    resumed: undefined,
    checkpoint: async (data) => void bench.checkpoints.push(data),
    files,
    http,
    browser,
    sandbox,
    databases: bench.resources.databases,
    people: bench.resources.people,
    queues: bench.resources.queues,
    remotes,
    documents,
    programs,
    desktop,
    packs,
    fleet: noFleet,
    ...overrides,
  };
}
