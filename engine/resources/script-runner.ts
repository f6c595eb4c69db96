import {
  newQuickJSWASMModule,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';

// Runs inside the sandbox process, beside nothing of ours: see sandbox-child.ts.

export interface ScriptOrder {
  code: string;
  /** JSON text. */
  input: string;
  timeoutMs: number;
  memoryMb: number;
}

export interface ScriptAnswer {
  /** JSON text of what the script returned; absent when it failed. */
  output?: string;
  failure?: { message: string; line?: number; reason: 'error' | 'time' | 'memory' | 'depth' | 'output' };
  logs: { level: string; message: string }[];
}

const maxOutput = 8 * 1024 * 1024;
const guestStack = 256 * 1024;

/** Console and JSON as the host needs them, taken before the script runs and out of its reach. */
const prelude = `(() => {
  const { stringify, parse } = JSON;
  const { String, Array, Error } = globalThis;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const join = Function.prototype.call.bind(Array.prototype.join);
  const lines = [];
  // Hides a toJSON that the script gives all objects.
  lines.toJSON = undefined;
  const text = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return String(value);
    try { return stringify(value) ?? String(value); } catch { return String(value); }
  };
  const write = (level) => (...values) => {
    if (lines.length >= 1000) return;
    const parts = [];
    for (let i = 0; i < values.length; i++) parts[i] = text(values[i]);
    lines[lines.length] = { __proto__: null, level, message: slice(join(parts, ' '), 0, 4096) };
  };
  globalThis.console = { log: write('info'), info: write('info'), debug: write('debug'), warn: write('warn'), error: write('error') };
  return { parse, stringify, logs: () => stringify(lines) };
})()`;

/** What the memory of a module may grow to before it is thrown away: its memory never shrinks. */
const maxModuleBytes = 96 * 1024 * 1024;

/** Runs one script after the other, each in a runtime and context of its own, so that nothing of one is seen by the next. */
export function createScriptRunner(): (order: ScriptOrder) => Promise<ScriptAnswer> {
  let module: QuickJSWASMModule | undefined;
  return async (order) => {
    module ??= await newQuickJSWASMModule();
    const answer = runScript(module, order);
    const isTrusted = answer.failure === undefined || answer.failure.reason === 'error';
    if (!isTrusted || module.getWasmMemory().buffer.byteLength > maxModuleBytes) module = undefined;
    return answer;
  };
}

/** Handles are not freed one by one: the whole module is. */
function runScript(module: QuickJSWASMModule, { code, input, timeoutMs, memoryMb }: ScriptOrder): ScriptAnswer {
  const runtime = module.newRuntime();
  let deadline = performance.now() + 5000;
  runtime.setMemoryLimit(memoryMb * 1024 * 1024);
  runtime.setMaxStackSize(guestStack);
  runtime.setInterruptHandler(() => performance.now() > deadline);
  const context = runtime.newContext();
  const tools = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
  const tool = (name: string) => context.getProp(tools, name);
  const startedAt = performance.now();
  deadline = startedAt + timeoutMs;
  const result = execute(context, runtime, code, input, tool);
  const isLate = performance.now() > deadline;
  // The log is read after the script, also after one that was stopped.
  deadline = performance.now() + 200;
  const logs = readLogs(context, tool);
  if (result.failure && isLate)
    result.failure = { reason: 'time', message: `The script did not end within ${timeoutMs} ms.` };
  return { ...result, logs };
}

type Result = Pick<ScriptAnswer, 'output' | 'failure'>;

function execute(
  context: QuickJSContext,
  runtime: QuickJSRuntime,
  code: string,
  input: string,
  tool: (name: string) => QuickJSHandle,
): Result {
  const parse = tool('parse');
  const stringify = tool('stringify');
  const parsed = context.callFunction(parse, context.undefined, context.newString(input));
  if (parsed.error) return { failure: describe(context, parsed.error) };
  context.setProp(context.global, 'input', parsed.value);
  const started = context.evalCode(`(async (input) => {\n${code}\n})`, 'script.js');
  if (started.error) return { failure: describe(context, started.error) };
  const called = context.callFunction(started.value, context.undefined, parsed.value);
  if (called.error) return { failure: describe(context, called.error) };
  const jobs = runtime.executePendingJobs();
  if (jobs.error) return { failure: describe(context, jobs.error) };
  const state = context.getPromiseState(called.value);
  if (state.type === 'pending')
    return { failure: { reason: 'error', message: 'The script waits for a promise that nothing will fulfil.' } };
  if (state.type === 'rejected') return { failure: describe(context, state.error) };
  const text = context.callFunction(stringify, context.undefined, state.value);
  if (text.error) return { failure: describe(context, text.error) };
  if (context.typeof(text.value) !== 'string') return { output: 'null' };
  const length = context.getNumber(context.getProp(text.value, 'length'));
  if (length > maxOutput)
    return { failure: { reason: 'output', message: `The script returned more than ${maxOutput} characters of JSON.` } };
  return { output: context.getString(text.value) };
}

function describe(context: QuickJSContext, error: QuickJSHandle): NonNullable<ScriptAnswer['failure']> {
  const { name, message, stack } = readError(context, error);
  const line = /script\.js:(\d+)/.exec(stack)?.[1];
  // One line is the wrapper's.
  const place = line === undefined ? {} : { line: Math.max(1, Number(line) - 1) };
  if (name === 'InternalError' && message === 'out of memory')
    return { reason: 'memory', message: 'The script used more memory than it may.' };
  if (/stack overflow|call stack size/i.test(message))
    return { reason: 'depth', message: 'The script called itself too deeply.', ...place };
  return { reason: 'error', message: `${name}: ${message}`.slice(0, 4000), ...place };
}

function readError(context: QuickJSContext, error: QuickJSHandle): { name: string; message: string; stack: string } {
  // A thrown value may be anything, with getters that throw again: each part is read by itself.
  if (context.typeof(error) !== 'object') return { name: 'Thrown', message: read(context, error), stack: '' };
  const part = (name: string) => {
    try {
      return read(context, context.getProp(error, name));
    } catch {
      return '';
    }
  };
  return { name: part('name') || 'Thrown', message: part('message'), stack: part('stack') };
}

function read(context: QuickJSContext, value: QuickJSHandle): string {
  const type = context.typeof(value);
  return type === 'string'
    ? context.getString(value).slice(0, 10_000)
    : type === 'number'
      ? String(context.getNumber(value))
      : '';
}

function readLogs(context: QuickJSContext, tool: (name: string) => QuickJSHandle): ScriptAnswer['logs'] {
  try {
    const result = context.callFunction(tool('logs'), context.undefined);
    return result.error ? [] : (JSON.parse(context.getString(result.value)) as ScriptAnswer['logs']);
  } catch {
    return [];
  }
}
