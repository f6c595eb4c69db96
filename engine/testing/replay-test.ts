import { setImmediate } from 'node:timers/promises';
import { AppError, asAppError, toWire, type Workflow } from '@casare/shared';
import { compile } from '../compile.ts';
import type { NodeContext, NodeDefinition, NodeResult } from '../define-node.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { createRegistry, type Registry } from '../registry.ts';
import { run } from '../run.ts';
import type { Clock, RunOptions } from '../run-options.ts';
import { compareValues, type Difference, ignorePattern } from './compare-values.ts';
import { maskOf, resultOf, triedOf } from './record-run.ts';
import { askedParams } from './asked-params.ts';
import type { RecordedStep, Recording, Tried } from './recording.ts';

/** What a test found at one step; `what` says which side of it differs. */
export interface StepDifference {
  path: string;
  nodeId: string;
  type: string;
  what: 'params' | 'output' | 'port' | 'error' | 'not run' | 'not recorded';
  differences: Difference[];
}

export interface TestReport {
  passed: boolean;
  steps: StepDifference[];
  /** Where the result of the run differs. */
  result: Difference[];
  ran: number;
  pinned: number;
  /** Steps of the workflow that this test never reaches. */
  unreached: string[];
  durationMs: number;
  /** The recording as this run would write it: pinned steps as they were, the rest as it is now. */
  updated: Recording;
}

/**
 * Runs a workflow against its recording, offline: steps that reach the world, the clock or the dice give what they gave then, all others run, and every
 * step is compared with what it was asked and gave.
 */
export async function replayTest(
  recording: Recording,
  document: Workflow,
  registry: Registry,
  options: Pick<RunOptions, 'resources' | 'loadWorkflow' | 'signal'>,
): Promise<TestReport> {
  const began = performance.now();
  const { loadWorkflow, resources, signal } = options;
  const known = new Map(recording.steps.map((step) => [step.path, step]));
  const now = new Map<string, RecordedStep>();
  const input = withSecrets(recording.input, document);
  const masked = maskOf(document, { input, resources });
  const definitions = registry.all.map((node) => replayed(node, known, now));
  const result = await run(compile(forTest(document), createRegistry(definitions)), {
    runId: recording.runId,
    input,
    journal: createMemoryJournal(),
    clock: stillClock(recording.startedAt),
    random: () => 0.5,
    resources,
    ...(signal && { signal }),
    ...(loadWorkflow && {
      loadWorkflow: async (...called) => {
        const loaded = await loadWorkflow(...called);
        return { ...loaded, document: forTest(loaded.document) };
      },
    }),
  });
  const ran = masked([...now.values()]) as RecordedStep[];
  const ignore = ignoreByNode(recording.ignore);
  const steps = compareSteps(known, new Map(ran.map((step) => [step.path, step])), ignore);
  const ended = masked(resultOf(result)) as Recording['result'];
  const differences = compareValues(recording.result, ended, ignore.get('result') ?? []);
  const reached = new Set(ran.map((step) => step.nodeId));
  return {
    passed: steps.length === 0 && differences.length === 0,
    steps,
    result: differences,
    ran: ran.length,
    pinned: ran.filter((step) => step.pinned).length,
    unreached: document.nodes
      .filter((node) => !reached.has(node.id) && !node.disabled && registry.get(node.type)?.container === undefined)
      .map((node) => node.id),
    durationMs: performance.now() - began,
    updated: { ...recording, steps: ran, result: ended },
  };
}

/** A pinned output of the editor would hide what is tested, and time limits mean nothing where time stands still. */
function forTest(document: Workflow): Workflow {
  const { timeoutMs: _, ...settings } = document.settings;
  const nodes = document.nodes.map(({ pinnedOutput: _pin, breakpoint: _stop, timeoutMs: _limit, ...node }) => node);
  return { ...document, settings, nodes };
}

/** The file holds a mask in place of a secret; any other text does as well, because nothing leaves the test. */
function withSecrets(input: Recording['input'], document: Workflow): Recording['input'] {
  const secrets = document.inputs.filter(({ name, secret }) => secret && input[name] !== undefined);
  return { ...input, ...Object.fromEntries(secrets.map(({ name }) => [name, `secret of the test: ${name}`])) };
}

/** Time stands still, and every pause is over at once. */
function stillClock(startedAt: number): Clock {
  let at = startedAt;
  return {
    now: () => at,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      at += ms;
      await setImmediate();
    },
  };
}

function replayed(
  definition: NodeDefinition,
  known: ReadonlyMap<string, RecordedStep>,
  now: Map<string, RecordedStep>,
): NodeDefinition {
  const { run: real } = definition;
  if (!real) return definition;
  return {
    ...definition,
    async run(ctx, params) {
      const recorded = known.get(ctx.path);
      const pinned = recorded?.pinned ?? definition.effect !== 'pure';
      const step = now.get(ctx.path) ?? {
        path: ctx.path,
        nodeId: ctx.nodeId,
        type: definition.type,
        pinned,
        params: askedParams(definition, params),
        tries: [],
      };
      now.set(ctx.path, step);
      if (pinned) return replayTry(ctx, definition, recorded, step);
      try {
        const result = await real(ctx, params);
        step.tries.push(triedOf(result));
        return result;
      } catch (thrown) {
        step.tries.push({ error: toWire(asAppError(thrown, 'NODE_FAILED')) as Tried['error'] });
        throw thrown;
      }
    },
  };
}

function replayTry(
  ctx: NodeContext,
  definition: NodeDefinition,
  recorded: RecordedStep | undefined,
  step: RecordedStep,
): NodeResult {
  const tried = recorded?.tries[step.tries.length] ?? recorded?.tries.at(-1);
  if (recorded === undefined || tried === undefined) {
    const error = new AppError(
      'TEST_UNRECORDED',
      `"${definition.title}" (${ctx.path}) reaches the world and was not part of the recorded run. Record the test again.`,
      { details: { path: ctx.path } },
    );
    step.tries.push({ error: toWire(error) as Tried['error'] });
    throw error;
  }
  step.tries.push(tried);
  for (const [name, value] of Object.entries(tried.vars ?? {})) ctx.setVariable(name, value);
  if (tried.error) {
    const { code, message, retryable = false, details = {} } = tried.error;
    throw new AppError(code, message, { retryable, details });
  }
  const { output, port, jump } = tried;
  return {
    ...(output !== undefined && { output }),
    ...(port !== undefined && { port }),
    ...(jump !== undefined && { jump }),
  };
}

function ignoreByNode(paths: readonly string[]): Map<string, RegExp[]> {
  const byNode = new Map<string, RegExp[]>();
  for (const path of paths) {
    const at = path.indexOf('.');
    const [node, rest] = at === -1 ? [path, '*'] : [path.slice(0, at), path.slice(at + 1)];
    byNode.set(node, [...(byNode.get(node) ?? []), ignorePattern(rest)]);
  }
  return byNode;
}

function compareSteps(
  known: ReadonlyMap<string, RecordedStep>,
  now: ReadonlyMap<string, RecordedStep>,
  ignore: ReadonlyMap<string, RegExp[]>,
): StepDifference[] {
  const found: StepDifference[] = [];
  for (const [path, recorded] of known) {
    const { nodeId, type } = recorded;
    const step = now.get(path);
    if (!step) {
      found.push({ path, nodeId, type, what: 'not run', differences: [] });
      continue;
    }
    const ignored = ignore.get(nodeId) ?? [];
    const add = (what: StepDifference['what'], differences: Difference[]) => {
      if (differences.length > 0) found.push({ path, nodeId, type, what, differences });
    };
    add('params', compareValues({ params: recorded.params }, { params: step.params }, ignored));
    const [a, b] = [recorded.tries.at(-1), step.tries.at(-1)];
    if (recorded.tries.length !== step.tries.length)
      add('error', [{ at: 'tries', expected: recorded.tries.length, actual: step.tries.length }]);
    add('error', compareValues({ error: errorOf(a) }, { error: errorOf(b) }, ignored));
    add('port', compareValues({ port: a?.port, jump: a?.jump }, { port: b?.port, jump: b?.jump }, ignored));
    add('output', compareValues({ output: a?.output }, { output: b?.output }, ignored));
  }
  for (const [path, { nodeId, type }] of now)
    if (!known.has(path)) found.push({ path, nodeId, type, what: 'not recorded', differences: [] });
  return found;
}

/** Details may hold times and addresses; code and words say whether it is the same failure. */
function errorOf(tried: Tried | undefined): unknown {
  return tried?.error && { code: tried.error.code, message: tried.error.message };
}
