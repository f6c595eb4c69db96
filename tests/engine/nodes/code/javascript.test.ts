import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const run = async (code: string, input?: unknown, more: Record<string, unknown> = {}) =>
  (await bench.run('code.javascript', { code, input, ...more })).output.result;

describe('code.javascript', () => {
  it.each([
    ['return input.a + 1;', { a: 1 }, 2],
    ['return input.map((n) => n * 2);', [1, 2], [2, 4]],
    ['const { a = 5 } = input ?? {}; return { a };', undefined, { a: 5 }],
    ['return await Promise.all([1, Promise.resolve(2)]);', null, [1, 2]],
    ['const x = 1;', null, null],
    ['return undefined;', null, null],
    ['return new Date(0).toISOString();', null, '1970-01-01T00:00:00.000Z'],
    ['return [..."aé👍"].length;', null, 3],
    ['return input;', { text: 'ü\u2028"\\' }, { text: 'ü\u2028"\\' }],
    ['return "a-b".replace(/-/g, "+");', null, 'a+b'],
  ])('%s', async (code, input, result) => {
    expect(await run(code, input)).toEqual(result);
  });

  it('writes console lines to the log', async () => {
    await run('console.log("a", { b: 1 }, [2]); console.warn("careful"); console.error(new Error("bad"));');
    expect(bench.logs).toEqual([
      { level: 'info', message: 'a {"b":1} [2]' },
      { level: 'warn', message: 'careful' },
      { level: 'error', message: 'Error: bad' },
    ]);
  });

  it('keeps at most 1,000 lines of 4,096 signs', async () => {
    bench.logs.length = 0;
    await run('const s = "x".repeat(5000); for (let i = 0; i < 1100; i++) console.log(s);', null, {
      timeoutMs: 20_000,
    });
    expect(bench.logs).toHaveLength(1000);
    expect(bench.logs.every(({ message }) => message.length === 4096)).toBe(true);
  });

  it('names message and line of an error', async () => {
    const error = await bench.fail('code.javascript', { code: 'const a = 1;\n\nthrow new TypeError("no " + a);' });
    expect(error).toMatchObject({
      code: 'CODE_FAILED',
      message: 'Line 3: TypeError: no 1',
      details: { line: 3, reason: 'error' },
    });
    const syntax = await bench.fail('code.javascript', { code: 'return 1;\nconst = 2;' });
    expect(syntax).toMatchObject({ code: 'CODE_FAILED', details: { line: 2 } });
  });

  it('gives each script a world of its own', async () => {
    await run('globalThis.left = 1; Array.prototype.map = () => "spoilt"; JSON.stringify = () => "{}"; return 1;');
    expect(await run('return [typeof left, [1].map((n) => n + 1)];')).toEqual(['undefined', [2]]);
  });

  it('runs scripts at the same time and one after the other in warm processes', async () => {
    const startedAt = performance.now();
    const results = await Promise.all(Array.from({ length: 40 }, (_none, i) => run('return input * 2;', i)));
    expect(results).toEqual(Array.from({ length: 40 }, (_none, i) => i * 2));
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

/** What a script tries and what it gets; without a result it must be refused. */
const attempts: [string, string, unknown?][] = [
  ['process', 'return typeof process;', 'undefined'],
  ['require', 'return typeof require;', 'undefined'],
  ['module', 'return [typeof module, typeof exports, typeof __dirname];', ['undefined', 'undefined', 'undefined']],
  [
    'the network',
    'return [typeof fetch, typeof XMLHttpRequest, typeof WebSocket];',
    ['undefined', 'undefined', 'undefined'],
  ],
  [
    'timers',
    'return [typeof setTimeout, typeof setInterval, typeof setImmediate];',
    ['undefined', 'undefined', 'undefined'],
  ],
  [
    'buffers of the host',
    'return [typeof Buffer, typeof SharedArrayBuffer === "function" ? "guest" : "none"].includes("object");',
    false,
  ],
  ['import of a built-in', 'return await import("node:fs");'],
  ['import of a file', 'return await import("/etc/passwd");'],
  ['import of a URL', 'return await import("https://example.com/a.js");'],
  ['import of data', 'return await import("data:text/javascript,export default 1");'],
  ['Function constructor', 'return Function("return typeof process")();', 'undefined'],
  [
    'constructor of a constructor',
    'return (() => {}).constructor.constructor("return typeof globalThis.process")();',
    'undefined',
  ],
  ['async constructor', 'return await (async () => {}).constructor("return typeof process")();', 'undefined'],
  ['generator constructor', 'return [...(function* () {}).constructor("yield typeof process")()];', ['undefined']],
  ['constructor of the input', 'return input.constructor.constructor("return typeof process")();', 'undefined'],
  ['constructor of console', 'return console.log.constructor("return typeof process")();', 'undefined'],
  [
    'constructor of an error',
    'try { null.x } catch (e) { return e.constructor.constructor("return typeof process")(); }',
    'undefined',
  ],
  ['stack of errors', 'Error.prepareStackTrace = (_e, s) => s; return typeof new Error().stack;', 'string'],
  ['indirect eval', 'return (0, eval)("typeof process");', 'undefined'],
  ['this', 'return typeof (function () { return this })()?.process;', 'undefined'],
  [
    'arguments.callee',
    'return (function () { try { return typeof arguments.callee.caller } catch { return "refused" } })();',
    'undefined',
  ],
  ['prototype pollution', 'Object.prototype.polluted = 1; Array.prototype.polluted = 1; return {};', {}],
  [
    '__proto__ in the result',
    'return JSON.parse(\'{"__proto__": {"polluted": 1}}\');',
    JSON.parse('{"__proto__": {"polluted": 1}}'),
  ],
  ['toJSON that answers itself', 'return { toJSON() { return { toJSON: 1, a: 2 } } };', { toJSON: 1, a: 2 }],
  ['toJSON that throws', 'return { toJSON() { throw 1 } };'],
  ['leaving the wrapper', '}); globalThis.out = 1; (async () => { return 7;', 7],
  [
    'a thrown object with getters',
    'throw { get message() { throw 1 }, get name() { return {} }, get stack() { for (;;); } };',
  ],
  ['a thrown proxy', 'throw new Proxy({}, { get() { throw 1 }, has() { throw 2 } });'],
  ['a circle', 'const a = {}; a.a = a; return a;'],
  ['a bigint', 'return 1n;'],
  ['a function', 'return () => 1;', null],
  ['a promise that never ends', 'await new Promise(() => {});'],
  ['promises for ever', 'const again = () => Promise.resolve().then(again); await again();'],
  ['a loop', 'for (;;);'],
  ['a loop in a getter', 'return { get a() { for (;;); } };'],
  ['a loop that catches', 'for (;;) { try { for (;;); } catch {} }'],
  ['a loop in a finally', 'try { for (;;); } finally { for (;;); }'],
  ['a slow pattern', 'return /^(a+)+$/.test("a".repeat(60) + "b");'],
  ['a sort for ever', 'const a = Array.from({ length: 1e5 }, (_, i) => i); a.sort(() => { for (;;); });'],
  ['recursion', 'const f = () => f(); f();'],
  ['recursion through the host', 'const f = () => [1].map(f); f();'],
  ['recursion with finally', '(function f() { try { f() } finally { f() } })();'],
  ['recursion of proxies', 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;'],
  ['nested JSON', 'let a = []; for (let i = 0; i < 2e5; i++) a = [a]; return a;'],
  ['nested source', 'return eval("(".repeat(2e5));'],
  ['a nested pattern', 'return new RegExp("(".repeat(1e5));'],
  ['memory', 'const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));'],
  ['a memory bomb of strings', 'let s = "x".repeat(1e6); const a = []; for (;;) a.push(s + a.length);'],
  ['a huge array', 'return new Array(2 ** 32 - 1).fill(0).length;'],
  ['a huge buffer', 'return new ArrayBuffer(2 ** 40).byteLength;'],
  ['a huge string', 'let s = "x"; for (;;) s += s;'],
  ['a huge result', 'return "x".repeat(2e7);'],
  ['a flood of log lines', 'for (;;) console.log("x".repeat(1e4));'],
  [
    'a changed console',
    'console.log = null; Array.prototype.push = null; String.prototype.slice = () => { throw 1 }; return 1;',
    1,
  ],
  [
    'Atomics',
    'return typeof Atomics === "object" ? Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e6) : "none";',
    'none',
  ],
];

describe('the sandbox against', () => {
  it.each(attempts)('%s', { timeout: 10_000 }, async (_name, code, expected) => {
    const startedAt = performance.now();
    const ran = await bench.run('code.javascript', { code, input: {}, timeoutMs: 200 }).then(
      ({ output }) => ({ result: output.result as unknown }),
      (error: unknown) => ({ error }),
    );
    // Its own 0.2 s, one more until its parent kills it; the rest is a slow machine.
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(ran).toMatchObject(expected === undefined ? { error: { code: 'CODE_FAILED' } } : { result: expected });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await run('return input + 1;', 1)).toBe(2);
  });
});
