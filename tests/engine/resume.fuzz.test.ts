import type { Workflow, WorkflowNode } from '@casare/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

/** A structured workflow: a row of steps, some of which hold rows of their own. */
type Step =
  | { kind: 'value' | 'later' | 'variable' | 'throw' | 'keyed' | 'break' | 'continue' }
  | { kind: 'each' | 'many' | 'retry'; body: Step[] }
  | { kind: 'if'; yes: Step[]; no: Step[] }
  | { kind: 'try'; body: Step[]; catch: Step[]; finally: Step[] }
  | { kind: 'parallel'; mode: 'all' | 'settled'; left: Step[]; right: Step[] };

const { row } = fc.letrec<{ row: Step[]; step: Step }>((tie) => ({
  row: fc.array(tie('step'), { maxLength: 4, depthIdentifier: 'step' }) as fc.Arbitrary<Step[]>,
  step: fc.oneof(
    { depthIdentifier: 'step', maxDepth: 4, withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('value', 'value', 'later', 'variable', 'throw', 'keyed', 'break', 'continue'),
      }) as fc.Arbitrary<Step>,
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('each', 'many', 'retry'), body: tie('row') }) as fc.Arbitrary<Step>,
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('if'), yes: tie('row'), no: tie('row') }) as fc.Arbitrary<Step>,
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('try'),
        body: tie('row'),
        catch: tie('row'),
        finally: tie('row'),
      }) as fc.Arbitrary<Step>,
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('parallel'),
        mode: fc.constantFrom('all', 'settled'),
        left: tie('row'),
        right: tie('row'),
      }) as fc.Arbitrary<Step>,
    },
  ),
}));

type Nodes = Record<string, Partial<WorkflowNode> & { type: string }>;

function documentOf(steps: readonly Step[]): Workflow {
  const nodes: Nodes = { start: { type: 'control.start' } };
  const wires: string[] = [];
  let next = 0;

  /** Wires a row after `from`; break and continue are left out where there is no loop to leave. */
  function addRow(from: string, rest: readonly Step[], inLoop: boolean): void {
    let before: string | undefined = from;
    for (const step of rest) {
      if ((step.kind === 'break' || step.kind === 'continue') && !inLoop) continue;
      if (before === undefined) return;
      const id = `${step.kind}${next++}`;
      wires.push(`${before}>${id}`);
      before = add(id, step, inLoop);
    }
  }

  /** Adds a step and gives the port its row goes on at. */
  function add(id: string, step: Step, inLoop: boolean): string | undefined {
    switch (step.kind) {
      case 'value':
        nodes[id] = { type: 'test.value', params: { value: `\${vars.v} \${index ?? ""} ${id}` } };
        return id;
      case 'later':
        nodes[id] = { type: 'test.later', params: { value: id, turns: 1 } };
        return id;
      case 'variable':
        nodes[id] = { type: 'test.variable', params: { name: 'v', value: '${vars.v + 1}' } };
        return id;
      case 'keyed':
        nodes[id] = { type: 'test.effect', params: { effect: 'keyed' } };
        return id;
      case 'throw':
        nodes[id] = { type: 'control.throw', params: { message: `thrown by ${id}` } };
        return undefined;
      case 'break':
      case 'continue':
        nodes[id] = { type: `control.${step.kind}` };
        return undefined;
      case 'each':
        nodes[id] = { type: 'control.forEach', params: { items: ['a', 'b'] } };
        addRow(`${id}.body`, step.body, true);
        return id;
      case 'many':
        nodes[id] = { type: 'control.forEach', params: { items: [1, 2, 3], concurrency: 2 } };
        addRow(`${id}.body`, step.body.filter(isOrdered), false);
        return id;
      case 'retry':
        nodes[id] = { type: 'control.retry', params: { attempts: 2, initialMs: 0 } };
        addRow(`${id}.body`, step.body, inLoop);
        return id;
      case 'if':
        nodes[id] = { type: 'control.if', params: { condition: '${vars.v % 2 == 0}' } };
        addRow(`${id}.true`, step.yes, inLoop);
        addRow(`${id}.false`, step.no, inLoop);
        return undefined;
      case 'try':
        nodes[id] = { type: 'control.try', params: {} };
        addRow(`${id}.body`, step.body, inLoop);
        addRow(`${id}.catch`, step.catch, inLoop);
        addRow(`${id}.finally`, step.finally, inLoop);
        return id;
      case 'parallel':
        nodes[id] = { type: 'control.parallel', params: { mode: step.mode } };
        addRow(`${id}.branch1`, step.left.filter(isOrdered), false);
        addRow(`${id}.branch2`, step.right.filter(isOrdered), false);
        return id;
    }
  }

  addRow('start', steps, false);
  return workflowOf(nodes, wires, {
    variables: [{ name: 'v', type: 'number', default: 0 }],
    outputs: [{ name: 'v', value: '${vars.v}' }],
  });
}

/** Branches that race for a variable, or that one failure stops wherever the others stand, have no one right result. */
function isOrdered(step: Step): boolean {
  return step.kind === 'value' || step.kind === 'later' || step.kind === 'keyed';
}

test('random structured workflows run without a crash, and cut anywhere and resumed they end the same', async () => {
  await fc.assert(
    fc.asyncProperty(row, fc.double({ min: 0, max: 1, noNaN: true }), async (steps, share) => {
      const document = documentOf(steps);
      const whole = await runDocument(document);
      expect(['completed', 'failed']).toContain(whole.status);
      expect(whole.error?.code).toBe(whole.status === 'failed' ? 'THROWN' : undefined);
      expect(new Set(finishedPaths(whole.rows)).size).toBe(finishedPaths(whole.rows).length);

      const before = whole.rows.slice(0, Math.floor(share * whole.rows.length));
      const bed = createTestBed();
      const resumed = await runDocument(document, { bed, rows: before });
      expect([resumed.status, resumed.output, resumed.error?.message]).toEqual([
        whole.status,
        whole.output,
        whole.error?.message,
      ]);
      expect(new Set(finishedPaths(resumed.rows))).toEqual(new Set(finishedPaths(whole.rows)));
      // A failure that ended the run is written a second time; what it passed on its way out runs again on purpose.
      const failed = before.filter((one) => one.kind === 'failed').map((one) => one.path);
      const reopened = new Set(failed).size < failed.length;
      const done = new Set(finishedPaths(before).filter((path) => !(reopened && path.includes('/finally/'))));
      expect(bed.ledger.filter((path) => done.has(path))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

function finishedPaths(rows: Awaited<ReturnType<typeof runDocument>>['rows']): string[] {
  return rows.filter((one) => one.kind === 'finished').map((one) => one.path);
}
