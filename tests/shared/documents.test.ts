import {
  AppError,
  asAppError,
  canMove,
  ERROR_CODES,
  fromWire,
  hasEnded,
  JOB_MOVES,
  jobStateSchema,
  parseWorkflow,
  readWorkflow,
  resolveInputs,
  toWire,
  upgradeWorkflow,
} from '@casare/shared';
import { describe, expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';

function failureOf(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    return asAppError(error);
  }
  throw new Error('nothing was thrown');
}

const codeOf = (action: () => unknown) => failureOf(action).code;

describe('reading documents', () => {
  test('what was written is read back unchanged', () => {
    const workflow = workflowOf({ start: 'start', a: 'plain' }, ['start>a']);
    expect(parseWorkflow(JSON.stringify(workflow))).toEqual(workflow);
  });

  test.each([
    ['not JSON', '{', 'WORKFLOW_INVALID'],
    ['a list', '[]', 'WORKFLOW_INVALID'],
    ['something else', '{"a":1}', 'WORKFLOW_INVALID'],
    ['a newer format', '{"schemaVersion":99}', 'WORKFLOW_NEWER'],
    ['an impossible format', '{"schemaVersion":0}', 'WORKFLOW_INVALID'],
    [
      'a node without type',
      '{"schemaVersion":1,"id":"a","name":"A","nodes":[{"id":"n"}],"edges":[]}',
      'WORKFLOW_INVALID',
    ],
  ])('%s is refused', (_name, text, code) => {
    expect(codeOf(() => parseWorkflow(text))).toBe(code);
  });

  test('upgrades run one after the other, each once', () => {
    const upgrades = {
      1: (d: Record<string, unknown>) => ({ ...d, trail: ['1→2'] }),
      2: (d: Record<string, unknown>) => ({ ...d, trail: [...(d.trail as string[]), '2→3'] }),
    };
    expect(upgradeWorkflow({ schemaVersion: 1 }, upgrades, 3)).toEqual({ schemaVersion: 3, trail: ['1→2', '2→3'] });
    expect(codeOf(() => upgradeWorkflow({ schemaVersion: 1 }, {}, 2))).toBe('WORKFLOW_INVALID');
  });

  test('a document with an unknown field is refused rather than silently cut', () => {
    expect(codeOf(() => readWorkflow({ ...workflowOf({ start: 'start' }), extra: 1 }))).toBe('WORKFLOW_INVALID');
  });
});

describe('inputs', () => {
  const workflow = workflowOf({ start: 'start' }, [], {
    inputs: [
      { name: 'site', type: 'text', required: true },
      { name: 'pages', type: 'number', default: 3 },
    ],
  });

  test('defaults are filled in', () => {
    expect(resolveInputs(workflow, { site: 'x' })).toEqual({ site: 'x', pages: 3 });
  });

  test('every fault is named at once', () => {
    const error = failureOf(() => resolveInputs(workflow, { pages: 'many', other: 1 }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.details.faults).toHaveLength(3);
  });
});

describe('errors', () => {
  test('survive the way between processes', () => {
    const error = new AppError('HTTP_FAILED', 'no answer', { retryable: true, details: { url: 'http://x' } });
    const copy = fromWire(JSON.parse(JSON.stringify(toWire(error))));
    expect({
      code: copy.code,
      message: copy.message,
      retryable: copy.retryable,
      details: copy.details,
      status: copy.status,
    }).toEqual({
      code: 'HTTP_FAILED',
      message: 'no answer',
      retryable: true,
      details: { url: 'http://x' },
      status: ERROR_CODES.HTTP_FAILED.status,
    });
  });

  test.each([[undefined], [null], ['text'], [new Error('plain')], [{ a: 1 }], [Symbol('s')]])(
    'anything thrown becomes one (%s)',
    (thrown) => {
      expect(asAppError(thrown, 'NODE_FAILED').code).toBe('NODE_FAILED');
    },
  );

  test('an unknown code from elsewhere becomes INTERNAL', () => {
    expect(fromWire({ code: 'NOPE' as never, message: 'm' }).code).toBe('INTERNAL');
  });
});

describe('job states', () => {
  test('an ended job moves only by a retry, and nothing becomes running but from pending', () => {
    const ended = jobStateSchema.options.filter(hasEnded);
    expect(ended.flatMap((state) => JOB_MOVES[state]).every((next) => next === 'pending')).toBe(true);
    expect(jobStateSchema.options.filter((state) => canMove(state, 'running'))).toEqual(['pending']);
  });
});
