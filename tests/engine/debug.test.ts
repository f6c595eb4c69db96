import type { RunEvent, Workflow } from '@casare/shared';
import { createRunControl, type RunControl, type RunControlOptions } from '@casare/engine';
import { expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';
import { callNode } from './call-node.ts';
import { createTestBed, runDocument, type TestRun } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });

const child = workflowOf({ start, x: value('${vars.own}'), y: value(2) }, ['start>x', 'x>y'], {
  id: 'child',
  variables: [{ name: 'own', type: 'text', default: 'o' }],
  outputs: [{ name: 'x', value: '${steps.x.output}' }],
});
const document = workflowOf(
  {
    start,
    each: { type: 'control.forEach', params: { items: [1, 2, 3] } },
    a: value('${item}'),
    call: { type: 'workflow.call', params: { workflowId: 'child' } },
    after: value('${vars.v}'),
  },
  ['start>each', 'each.body>a', 'a>call', 'each>after'],
  {
    variables: [{ name: 'v', type: 'number', default: 0 }],
    outputs: [
      { name: 'v', value: '${steps.after.output}' },
      { name: 'x', value: '${steps.call.output.x}' },
    ],
  },
);

interface Session {
  control: RunControl;
  /** Where the run stands, when it does so for the n-th time. */
  stop(n: number): Promise<string>;
  stops: { path: string | undefined; reason: string }[];
  events: RunEvent[];
  ended: Promise<TestRun>;
}

function debug(options: RunControlOptions, flow: Workflow = document, more: object = {}): Session {
  const control = createRunControl(options);
  const stops: Session['stops'] = [];
  const events: RunEvent[] = [];
  const ended = runDocument(flow, {
    bed: createTestBed([callNode]),
    control,
    loadWorkflow: () => Promise.resolve({ document: child }),
    onEvents(batch) {
      events.push(...batch);
      for (const event of batch)
        if (event.type === 'run.paused') stops.push({ path: event.path, reason: event.reason });
    },
    ...more,
  });
  const stop = async (n: number) => {
    await waitFor(() => stops.length >= n);
    return stops[n - 1]?.path ?? '';
  };
  return { control, stop, stops, events, ended };
}

test('a run may stand still before its first step', async () => {
  const { control, stop, stops, ended } = debug({ paused: true });
  expect(await stop(1)).toBe('start');
  expect(stops[0]).toEqual({ path: 'start', reason: 'pause' });
  control.resume();
  expect(await ended).toMatchObject({ status: 'completed', output: { v: 0, x: 'o' } });
  expect(stops).toHaveLength(1);
});

test('step into goes wherever the next step is', async () => {
  const { control, stop, stops, ended } = debug({ paused: true });
  const way = ['start', 'each', 'each[0]/a', 'each[0]/call', 'each[0]/call/call/start', 'each[0]/call/call/x'];
  for (const [i, path] of way.entries()) {
    expect(await stop(i + 1)).toBe(path);
    control.step();
  }
  expect(stops[1]?.reason).toBe('step');
  await stop(way.length + 1);
  control.resume();
  expect((await ended).status).toBe('completed');
});

test('step over runs the whole body of a container and a whole called workflow', async () => {
  const { control, stop, ended } = debug({ breakpoints: [{ nodeId: 'each' }] });
  expect(await stop(1)).toBe('each');
  control.step('over');
  expect(await stop(2)).toBe('after');
  control.step('over');
  expect((await ended).status).toBe('completed');

  const second = debug({ breakpoints: [{ nodeId: 'call' }] });
  expect(await second.stop(1)).toBe('each[0]/call');
  second.control.step('over');
  expect(await second.stop(2)).toBe('each[1]/a');
  second.control.resume();
  await second.stop(3);
  second.control.setBreakpoints([]);
  second.control.resume();
  expect((await second.ended).status).toBe('completed');
});

test('step out ends the called workflow, then the loop, then the run', async () => {
  const { control, stop, stops, ended } = debug({ breakpoints: [{ nodeId: 'x', workflowId: 'child' }] });
  expect(await stop(1)).toBe('each[0]/call/call/x');
  control.setBreakpoints([]);
  control.step('out');
  expect(await stop(2)).toBe('each[1]/a');
  control.step('out');
  expect(await stop(3)).toBe('after');
  control.step('out');
  expect((await ended).status).toBe('completed');
  expect(stops).toHaveLength(3);
});

test('a breakpoint in what is stepped over stops there', async () => {
  const { control, stop, stops, ended } = debug({ breakpoints: [{ nodeId: 'each' }, { nodeId: 'a' }] });
  await stop(1);
  control.step('over');
  expect(await stop(2)).toBe('each[0]/a');
  expect(stops[1]?.reason).toBe('breakpoint');
  control.setBreakpoints([]);
  control.resume();
  expect((await ended).status).toBe('completed');
});

test('breakpoints can have a condition, be changed while the run is under way, and take the place of those in the document', async () => {
  const marked = { ...document, nodes: document.nodes.map((node) => ({ ...node, breakpoint: true })) };
  const { control, stop, ended } = debug({ breakpoints: [{ nodeId: 'a', condition: '${item == 2}' }] }, marked);
  expect(await stop(1)).toBe('each[1]/a');
  control.setBreakpoints([{ nodeId: 'after', condition: '${no.such.thing}' }]);
  control.resume();
  expect(await stop(2)).toBe('after');
  control.resume();
  expect((await ended).status).toBe('completed');

  const own = debug({}, marked);
  expect(await own.stop(1)).toBe('start');
  own.control.setBreakpoints([]);
  own.control.resume();
  expect((await own.ended).status).toBe('completed');
});

test('a variable changed while paused holds from there on, is told, and is there again when the run is resumed', async () => {
  const { control, stop, events, ended } = debug({
    breakpoints: [{ nodeId: 'each' }, { nodeId: 'x', workflowId: 'child' }],
  });
  await stop(1);
  control.setVariable('v', 41);
  control.setVariable('v', 42);
  expect(() => control.setVariable('v', 'text')).toThrow(/"v" must be a number/);
  expect(() => control.setVariable('w', 1)).toThrow(/no variable "w"/);
  control.resume();
  await stop(2);
  control.setVariable('own', 'changed', 'each[0]/call/call/x');
  control.setBreakpoints([]);
  control.resume();
  const { output, rows } = await ended;
  expect(output).toEqual({ v: 42, x: 'o' });
  expect(rows.find((row) => row.path === 'each[0]/call/call/x' && row.kind === 'finished')?.output).toBe('changed');
  expect(events.filter((event) => event.type === 'variable.changed')).toMatchObject([
    { name: 'v', value: 41 },
    { name: 'v', value: 42 },
    { name: 'own', value: 'changed', call: 'each[0]/call' },
  ]);
  for (
    let cut = rows.findLastIndex((row) => row.path === 'each' && row.kind === 'state') + 1;
    cut <= rows.length;
    cut++
  ) {
    const resumed = await debug({ breakpoints: [] }, document, { rows: rows.slice(0, cut) }).ended;
    expect(resumed.output, `cut after row ${cut}`).toEqual({ v: 42, x: 'o' });
  }
});

test('a variable cannot be changed while the run is under way', async () => {
  const control = createRunControl();
  expect(() => control.setVariable('v', 1)).toThrow(/while the run is paused/);
  const { ended, stop, control: own } = debug({ paused: true });
  await stop(1);
  expect(() => own.setVariable('v', 1, 'elsewhere')).toThrow(/does not stand at elsewhere/);
  own.resume();
  expect((await ended).status).toBe('completed');
});
