import { asAppError, toWire, type Workflow } from '@casare/shared';
import { compile } from '../compile.ts';
import type { NodeDefinition, NodeResult } from '../define-node.ts';
import { toJson } from '../json-output.ts';
import { createRedactor } from '../redact.ts';
import { createRegistry, type Registry } from '../registry.ts';
import { run } from '../run.ts';
import type { RunOptions, RunResult } from '../run-options.ts';
import { askedParams } from './asked-params.ts';
import type { RecordedStep, Recording, Tried } from './recording.ts';
import { watchContext } from './watched-context.ts';

/** Runs a workflow for real and keeps what every step was asked and gave. Secrets are masked in what is kept. */
export async function recordRun(
  document: Workflow,
  registry: Registry,
  options: RunOptions,
  name: string,
): Promise<{ result: RunResult; recording: Omit<Recording, 'workflow'> }> {
  const steps = new Map<string, RecordedStep>();
  const startedAt = Date.now();
  const program = compile(document, createRegistry(registry.all.map((node) => recorded(node, steps))));
  const result = await run(program, options);
  const masked = maskOf(document, options);
  return {
    result,
    recording: {
      casareTest: 1,
      name,
      recordedAt: new Date(startedAt).toISOString(),
      runId: options.runId,
      startedAt,
      input: masked(options.input) as Recording['input'],
      ignore: [],
      steps: masked([...steps.values()]) as RecordedStep[],
      result: masked(resultOf(result)) as Recording['result'],
    },
  };
}

export function resultOf({ status, output, error }: RunResult): Recording['result'] {
  return {
    status,
    output: toJson(output) as Recording['result']['output'],
    ...(error && { error: toWire(error) as Recording['result']['error'] }),
  };
}

/** What a file of a test holds in place of the run's folder, which is another each time. */
const folderMark = '{run folder}';

/** Secret inputs and variables never reach the file of a test, nor does the folder of its run. */
export function maskOf(
  document: Workflow,
  { input, resources }: Pick<RunOptions, 'input' | 'resources'>,
): (value: unknown) => unknown {
  const redactor = createRedactor();
  for (const { name, secret, default: value } of document.inputs) if (secret) redactor.add(input[name] ?? value);
  for (const { default: value, secret } of document.variables) if (secret) redactor.add(value);
  return (value) => withoutFolder(redactor.value(value), resources.files.folder);
}

function withoutFolder(value: unknown, folder: string): unknown {
  if (typeof value === 'string') return value.replaceAll(folder, folderMark);
  if (Array.isArray(value)) return value.map((item) => withoutFolder(item, folder));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutFolder(item, folder)]));
}

function recorded(definition: NodeDefinition, steps: Map<string, RecordedStep>): NodeDefinition {
  const { run: real } = definition;
  if (!real) return definition;
  return {
    ...definition,
    async run(ctx, params) {
      const watched = watchContext(ctx);
      const keep = (tried: Tried) => {
        const vars = watched.vars();
        const step = steps.get(ctx.path) ?? {
          path: ctx.path,
          nodeId: ctx.nodeId,
          type: definition.type,
          pinned: definition.effect !== 'pure' || watched.varies(),
          params: askedParams(definition, params),
          tries: [],
        };
        step.tries.push({ ...tried, ...(vars && { vars: toJson(vars) as Tried['vars'] }) });
        steps.set(ctx.path, step);
      };
      let result: NodeResult;
      try {
        result = await real(watched.ctx, params);
      } catch (thrown) {
        keep({ error: toWire(asAppError(thrown, 'NODE_FAILED')) as Tried['error'] });
        throw thrown;
      }
      keep(triedOf(result));
      return result;
    },
  };
}

export function triedOf({ output, port, jump }: NodeResult): Tried {
  const kept = toJson(output);
  return {
    ...(port !== undefined && { port }),
    ...(jump !== undefined && { jump }),
    ...(kept !== undefined && { output: kept as Tried['output'] }),
  };
}
