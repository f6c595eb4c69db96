// oxlint-disable typescript/only-throw-error, typescript/prefer-promise-reject-errors, eslint/no-sparse-arrays -- strange values are what this is about.
import { Readable } from 'node:stream';
import { defineNode, type NodeResult } from '@casare/engine';
import { AppError } from '@casare/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { workflowOf } from '../../support/workflows.ts';
import { createTestBed, runDocument } from '../test-bed.ts';

const strange = (act: () => unknown) =>
  defineNode({
    type: 'test.strange',
    version: 1,
    title: 'Strange',
    category: 'data',
    icon: 'box',
    description: 'A node of the tests.',
    params: z.strictObject({}),
    output: z.unknown(),
    effect: 'pure',
    examples: [{ title: 'One', params: {} }],
    run: () => act() as NodeResult,
  });

const loose: unknown[] = [];
const note = (reason: unknown) => void loose.push(reason);
beforeEach(() => {
  loose.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => void process.off('unhandledRejection', note));

/** Runs a workflow with the step, watched and journaled as ever, and gives how it ended. */
async function ending(act: () => unknown) {
  const events: unknown[] = [];
  const document = workflowOf(
    {
      start: 'control.start',
      odd: { type: 'test.strange', timeoutMs: 300 },
      after: { type: 'test.value', params: { value: 1 } },
    },
    ['start>odd', 'odd>after'],
  );
  const result = await runDocument(document, {
    bed: createTestBed([strange(act)]),
    onEvents: (batch) => void events.push(...(JSON.parse(JSON.stringify(batch)) as unknown[])),
  });
  expect(loose).toEqual([]);
  return { ...result, events };
}

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;
let chain: unknown = { last: Number.NaN };
for (let i = 0; i < 150; i++) chain = { chain };
let endless: unknown = 1;
for (let i = 0; i < 100_000; i++) endless = [endless];
let doubled: unknown = 'x'.repeat(100);
for (let i = 0; i < 40; i++) doubled = [doubled, doubled];

describe('a step that gives what no JSON can hold fails, in words, and the next run is well', () => {
  const gifts: [string, () => unknown][] = [
    ['a BigInt', () => ({ output: 1n })],
    ['a BigInt inside', () => ({ output: { a: [1n] } })],
    ['a circle', () => ({ output: cycle })],
    ['a symbol', () => ({ output: Symbol('s') })],
    ['a function', () => ({ output: () => 1 })],
    ['a function inside', () => ({ output: [{ f() {} }] })],
    ['a stream', () => ({ output: Readable.from(['a']) })],
    ['a web stream', () => ({ output: new ReadableStream() })],
    ['a generator', () => ({ output: (function* () {})() })],
    ['a map', () => ({ output: new Map([[1, 2]]) })],
    ['bytes', () => ({ output: Buffer.from('a') })],
    ['a promise inside', () => ({ output: { a: Promise.resolve(1) } })],
    [
      'a getter that throws',
      () => ({
        output: {
          get a() {
            throw new Error('no');
          },
        },
      }),
    ],
    [
      'a getter that throws undefined',
      () => ({
        output: {
          get a() {
            throw undefined;
          },
        },
      }),
    ],
    [
      'a toJSON that throws',
      () => ({
        output: new (class {
          toJSON() {
            throw new Error('no');
          }
        })(),
      }),
    ],
    [
      'a toJSON that gives itself',
      () => ({
        output: new (class {
          toJSON() {
            return this;
          }
        })(),
      }),
    ],
    [
      'a proxy that throws',
      () => ({
        output: new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('no');
            },
            getPrototypeOf() {
              throw new Error('no');
            },
          },
        ),
      }),
    ],
    [
      'a proxy with keys without end',
      () => ({
        output: {
          a: new Proxy(
            {},
            {
              get: (_t, _k, self) => self as unknown,
              ownKeys: () => ['a'],
              getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
            },
          ),
        },
      }),
    ],
    ['levels without end', () => ({ output: endless })],
    ['2⁴⁰ texts that share their place', () => ({ output: doubled })],
    ['11 million values', () => ({ output: new Array(11_000_000).fill(0) })],
    ['a port that it does not have', () => ({ port: 'nowhere' })],
    ['a port that is no text', () => ({ port: { toString: () => 'out' } })],
    [
      'an output that throws',
      () => ({
        get output() {
          throw new Error('no');
        },
      }),
    ],
    [
      'a result that throws',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error('no');
            },
          },
        ),
    ],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return { output: proxy };
      },
    ],
  ];
  const throwing: [string, () => unknown][] = [
    ...[undefined, null, 0, '', 'text', false, 1n, Symbol('s'), {}, [], () => 1].map(
      (thrown, i): [string, () => unknown] => [
        `throws ${typeof thrown} (${i})`,
        () => {
          throw thrown;
        },
      ],
    ),
    [
      'throws a frozen error',
      () => {
        throw Object.freeze(new Error('frozen'));
      },
    ],
    [
      'throws an error without prototype',
      () => {
        throw Object.create(null);
      },
    ],
    [
      'throws an error whose message throws',
      () => {
        throw Object.defineProperty(new Error('a'), 'message', {
          get() {
            throw new Error('b');
          },
        });
      },
    ],
    [
      'throws an error whose message is an object',
      () => {
        throw Object.assign(new Error('a'), { message: cycle });
      },
    ],
    [
      'throws a proxy that throws',
      () => {
        throw new Proxy(new Error('a'), {
          get() {
            throw new Error('b');
          },
          getPrototypeOf() {
            throw new Error('c');
          },
        });
      },
    ],
    [
      'throws an error with itself as its cause',
      () => {
        const error = new Error('a');
        error.cause = error;
        throw error;
      },
    ],
    [
      'throws with 50 million characters',
      () => {
        throw new Error('x'.repeat(50_000_000));
      },
    ],
    [
      'throws details that are a circle',
      () => {
        throw new AppError('HTTP_FAILED', 'a', { details: cycle });
      },
    ],
    [
      'throws details with a BigInt',
      () => {
        throw new AppError('HTTP_FAILED', 'a', { details: { a: 1n } });
      },
    ],
    ['rejects with undefined', () => Promise.reject(undefined)],
    ['rejects with a circle', () => Promise.reject(cycle)],
    [
      'rejects twice',
      () =>
        new Promise((_resolve, reject) => {
          reject(new Error('first'));
          reject(new Error('second'));
        }),
    ],
    [
      'throws after it rejected',
      () =>
        new Promise((_resolve, reject) => {
          reject(new Error('first'));
          throw new Error('second');
        }),
    ],
    [
      'is a thenable that throws',
      () => ({
        then() {
          throw new Error('no');
        },
      }),
    ],
    [
      'is a thenable that rejects',
      () => ({
        then(_done: unknown, fail: (reason: unknown) => void) {
          fail(new Error('no'));
        },
      }),
    ],
    [
      'is a thenable whose then throws',
      () => ({
        get then() {
          throw new Error('no');
        },
      }),
    ],
    ['gives a promise of a circle', () => Promise.resolve({ output: cycle })],
    [
      'gives a promise of a proxy that throws',
      () =>
        Promise.resolve(
          new Proxy(
            {},
            {
              get: (_t, key) => {
                if (key === 'then') return undefined;
                throw new Error('no');
              },
            },
          ),
        ),
    ],
  ];

  test.each([...gifts, ...throwing])('%s', async (_name, act) => {
    const result = await ending(act);
    expect(result.status).toBe('failed');
    expect(result.error).toBeInstanceOf(AppError);
    expect(typeof result.error?.message).toBe('string');
    expect(result.error?.message.length).toBeLessThan(100_000);
    expect(result.rows.find(({ kind }) => kind === 'failed')).toMatchObject({
      nodeId: 'odd',
      error: { code: expect.any(String) },
    });
    expect(result.ledger).toEqual([]);
    expect(JSON.stringify(result.events).length).toBeLessThan(1_000_000);
  });

  test.each<[string, () => unknown]>([
    ['a promise', () => new Promise(() => {})],
    ['a thenable', () => ({ then() {} })],
    ['a promise of a thenable', () => Promise.resolve({ then() {} })],
  ])('%s that never settles ends with its time limit', async (_name, act) => {
    const result = await ending(act);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'NODE_TIMEOUT' } });
  });
});

describe('a step may also give', () => {
  test.each<[string, () => unknown, unknown]>([
    ['nothing', () => undefined, undefined],
    ['null', () => null, undefined],
    ['numbers that are none', () => ({ output: [Number.NaN, -Infinity, Infinity] }), [null, null, null]],
    ['half a character', () => ({ output: '\ud800a\udfff' }), '\ud800a\udfff'],
    ['a NUL', () => ({ output: 'a\0b' }), 'a\0b'],
    ['one character', () => ({ output: 'a' }), 'a'],
    [
      'members called like what every object has',
      () => ({ output: JSON.parse('{"__proto__":{"a":1},"constructor":2,"toJSON":3}') }),
      JSON.parse('{"__proto__":{"a":1},"constructor":2,"toJSON":3}'),
    ],
    ['a change 150 levels down', () => ({ output: chain }), expect.anything()],
    ['a list with holes', () => ({ output: [1, , 2] }), [1, null, 2]],
    ['a date', () => ({ output: new Date(0) }), '1970-01-01T00:00:00.000Z'],
    ['a thenable that settles', () => ({ then: (done: (value: unknown) => void) => done({ output: 5 }) }), 5],
  ])('%s', async (_name, act, expected) => {
    const startedAt = performance.now();
    const result = await ending(act);
    expect(result).toMatchObject({ status: 'completed' });
    expect(result.rows.find(({ kind, nodeId }) => kind === 'finished' && nodeId === 'odd')?.output).toEqual(expected);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('a megabyte, and a hundred of them', async () => {
    for (const size of [1_000_000, 100_000_000]) {
      const result = await ending(() => ({ output: 'x'.repeat(size) }));
      expect(result.status).toBe('completed');
      expect(JSON.stringify(result.events).length).toBeLessThan(100_000);
    }
  });
});
