import {
  compile,
  createMemoryJournal,
  createRegistry,
  createRunResources,
  builtinNodes,
  run,
  type People,
} from '@casare/engine';
import type { HumanAnswer, HumanTask } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { workflowOf } from '../../../support/workflows.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const makeTempFolder = prepareTempFolders('people');

/** Somebody who answers like this, and what was asked. */
function person(answer: Partial<HumanAnswer>) {
  const asked: HumanTask[] = [];
  const people: People = {
    ask: (task) => {
      asked.push(task);
      return Promise.resolve({ choice: '', values: {}, comment: '', ...answer });
    },
  };
  return { asked, people };
}

/** Somebody who never answers. */
const absent: People = {
  ask: (_task, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
};

describe('people.form', () => {
  const params = {
    title: 'Address',
    fields: [
      { name: 'street', label: 'Street', required: true },
      { name: 'count', kind: 'number' },
      { name: 'express', kind: 'checkbox' },
      { name: 'size', kind: 'choice', choices: ['S', 'M'] },
    ],
  };

  it('gives what the person filled in, and null for what was left empty', async () => {
    const { people, asked } = person({ choice: 'submit', values: { street: 'Elm 1', count: 3, size: 'M' } });
    const { output, port } = await bench.run('people.form', params, { people });
    expect(output).toEqual({ values: { street: 'Elm 1', count: 3, express: false, size: 'M' } });
    expect(port).toBeUndefined();
    expect(asked).toMatchObject([{ kind: 'form', title: 'Address', id: 'effect-key-of-this-step', deadline: null }]);
  });

  it.each([
    [{ count: 3 }, 'street'],
    [{ street: 'a', count: 'three' }, 'count'],
    [{ street: 'a', size: 'XL' }, 'size'],
    [{ street: 'a', other: 1 }, 'other'],
  ])('refuses an answer that does not fit: %j', async (values, field) => {
    const { people } = person({ choice: 'submit', values });
    const error = await bench.fail('people.form', params, { people });
    expect(error.code).toBe('VALIDATION');
    expect(Object.keys(error.details['faults'] as object)).toEqual([field]);
  });

  it('goes on at Declined', async () => {
    const { people } = person({ choice: 'decline' });
    expect(await bench.run('people.form', params, { people })).toMatchObject({ port: 'declined' });
  });

  it('keeps a secret out of its output and asks for a variable that hides it', async () => {
    const { people } = person({ choice: 'submit', values: { token: 'hunter2hunter2' } });
    const secret = { title: 'Token', fields: [{ name: 'token', kind: 'secret' }] };
    const { output } = await bench.run('people.form', secret, {
      people,
      holdsSecret: (text) => text === bench.vars['token'],
    });
    expect(output).toEqual({ values: {} });
    expect(bench.vars['token']).toBe('hunter2hunter2');
    const error = await bench.fail('people.form', secret, { people, holdsSecret: () => false });
    expect(error).toMatchObject({ code: 'PARAMS_INVALID' });
    expect(bench.vars['token']).toBeNull();
  });
});

describe('people.approve', () => {
  it('goes on at the port of the choice', async () => {
    const { people } = person({ choice: 'reject', comment: 'too dear' });
    const { output, port } = await bench.run('people.approve', { question: 'Pay?' }, { people });
    expect({ output, port }).toEqual({ output: { choice: 'reject', comment: 'too dear' }, port: 'reject' });
  });

  it('goes on at Expired when nobody answers in time, and takes the question back', async () => {
    let taken = false;
    const people: People = {
      ask: (task, signal) => {
        signal.addEventListener('abort', () => (taken = true));
        return absent.ask(task, signal);
      },
    };
    const { port } = await bench.run('people.approve', { question: 'Pay?', deadlineMinutes: 0.002 }, { people });
    expect(port).toBe('expired');
    expect(taken).toBe(true);
  });

  it('waits for the same question to the same moment after the run was taken up again', async () => {
    const { people, asked } = person({ choice: 'approve' });
    const deadline = Date.now() + 5000;
    await bench.run('people.approve', { question: 'Pay?', deadlineMinutes: 60 }, { people, resumed: { deadline } });
    expect(asked).toMatchObject([{ deadline, id: 'effect-key-of-this-step' }]);
  });

  it('ends when the run is cancelled', async () => {
    const abort = new AbortController();
    const ran = bench.run('people.approve', { question: 'Pay?' }, { people: absent, signal: abort.signal });
    abort.abort(new Error('cancelled by a person'));
    await expect(ran).rejects.toThrow('cancelled by a person');
  });

  it('refuses a choice that would hide another port', async () => {
    const { people } = person({ choice: 'expired' });
    const error = await bench.fail('people.approve', { question: 'Pay?', choices: ['yes', 'expired'] }, { people });
    expect(error.code).toBe('PARAMS_INVALID');
  });

  it('is followed in a workflow by its wires', async () => {
    const document = workflowOf(
      {
        start: 'control.start',
        ask: { type: 'people.approve', params: { question: 'Pay?', choices: ['yes', 'no'] } },
        paid: { type: 'data.setVariable', params: { name: 'end', value: 'paid' } },
        kept: { type: 'data.setVariable', params: { name: 'end', value: 'kept' } },
      },
      ['start>ask', 'ask.yes>paid', 'ask.no>kept'],
      {
        variables: [{ name: 'end', type: 'text', default: '', secret: false }],
        outputs: [{ name: 'end', value: '${vars.end}' }],
      },
    );
    const { people } = person({ choice: 'no' });
    const result = await run(compile(document, createRegistry(builtinNodes)), {
      runId: 'asked',
      input: {},
      journal: createMemoryJournal(),
      resources: createRunResources({ folder: await makeTempFolder(), people }),
    });
    expect(result).toMatchObject({ status: 'completed', output: { end: 'kept' } });
  });
});

it('people.notify goes on when the message was seen', async () => {
  const { people, asked } = person({ choice: 'seen' });
  expect((await bench.run('people.notify', { title: 'Done' }, { people })).output).toEqual({ seen: true });
  expect(asked).toMatchObject([{ kind: 'notify', title: 'Done' }]);
});

it('says so when nobody watches the run', async () => {
  expect((await bench.fail('people.notify', { title: 'Done' })).code).toBe('HUMAN_NEEDED');
});
