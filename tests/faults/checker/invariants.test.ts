import { expect, test } from 'vitest';
import type { TapEntry } from '../harness/http-link.ts';
import type { EventFact, Facts, JobFact } from './facts.ts';
import { checkFacts, invariants, staleAccepted } from './invariants.ts';

const job: JobFact = {
  id: 'j1',
  tenant_id: 't1',
  workspace_id: 'w1',
  state: 'completed',
  reference: 'r1',
  workflow_name: 'sequence',
  fence: 7,
  ended_fence: 7,
  ended_as: 'complete',
  last_step_seq: 2,
  output: null,
};

const event = (seq: number, type: string): EventFact => ({ seq, tenant_id: 't1', job_id: 'j1', type });
const step = (seq: number, kind: string, path: string) => ({
  tenant_id: 't1',
  job_id: 'j1',
  seq,
  row_seq: seq,
  kind,
  path,
});
const complete = (fence: number, duplicate: boolean): TapEntry => ({
  at: 0,
  from: 'robot-1',
  method: 'POST',
  path: '/api/v1/jobs/j1/complete',
  body: JSON.stringify({ fence }),
  status: 200,
  answer: JSON.stringify({ state: 'completed', duplicate }),
  copy: false,
});
const progress = (lastStepSeq: number): TapEntry => ({
  ...complete(7, false),
  path: '/api/v1/jobs/j1/progress',
  answer: JSON.stringify({ lastStepSeq, lastLogSeq: 0, cancelRequested: false }),
});
const effect = (kind: 'idempotent' | 'keyed' | 'once', slot: string, key = '') =>
  ({ at: 0, class: kind, reference: 'r1', slot, key, body: '' }) as const;

const good: Facts = {
  jobs: [job],
  events: [event(1, 'job.created'), event(2, 'job.claimed'), event(3, 'job.completed')],
  steps: [step(1, 'started', 'pay'), step(2, 'finished', 'pay')],
  firings: ['s1 08:00', 's1 09:00'],
  submissions: [
    {
      reference: 'r1',
      id: 'j1',
      slots: [
        { class: 'once', slot: 'pay' },
        { class: 'keyed', slot: 'post' },
        { class: 'idempotent', slot: 'put' },
      ],
    },
  ],
  tap: [progress(2), complete(7, false), complete(7, true)],
  effects: [
    effect('once', 'pay'),
    effect('keyed', 'post', 'k'),
    effect('keyed', 'post', 'k'),
    effect('idempotent', 'put'),
    effect('idempotent', 'put'),
  ],
  foreign: [],
  secrets: [],
  shown: new Map([['j1', 'completed']]),
  measured: [{ what: 'memory', value: 100, limit: 512 }],
};

test('what went well violates nothing', () => {
  expect(checkFacts(good)).toEqual([]);
});

const wrong: readonly (readonly [string, string, Partial<Facts>])[] = [
  ['I1', 'a job that was accepted and is not there', { jobs: [] }],
  ['I1', 'two jobs for one submission', { jobs: [job, { ...job, id: 'j2' }] }],
  ['I2', 'two ends', { events: [...good.events, event(4, 'job.completed')] }],
  ['I2', 'an end that never began', { events: [event(1, 'job.created'), event(2, 'job.completed')] }],
  ['I2', 'a state its events do not lead to', { events: good.events.slice(0, 2) }],
  ['I3', 'a result under an older lease', { jobs: [{ ...job, fence: 8 }] }],
  ['I3', 'a stale end that was accepted', { tap: [...good.tap, complete(6, false)] }],
  ['I4', 'a gap in the journal', { steps: [step(1, 'started', 'pay'), step(3, 'finished', 'pay')] }],
  ['I4', 'a step that finished twice', { steps: [step(1, 'finished', 'pay'), step(2, 'finished', 'pay')] }],
  ['I4', 'a row that is missing at the end', { steps: good.steps.slice(0, 1) }],
  ['I5', 'an effect that must not happen twice', { effects: [...good.effects, effect('once', 'pay')] }],
  ['I5', 'an effect that did not happen', { effects: good.effects.slice(1) }],
  ['I5', 'one effect under two keys', { effects: [...good.effects, effect('keyed', 'post', 'other')] }],
  ['I5', 'an effect nobody asked for', { effects: [...good.effects, effect('once', 'else')] }],
  ['I6', 'rows that were acknowledged', { tap: [progress(3)] }],
  ['I6', 'an end that was acknowledged', { jobs: [{ ...job, state: 'running' }] }],
  ['I7', 'a job that hangs', { jobs: [{ ...job, state: 'running' }] }],
  ['I8', 'text of another tenant', { foreign: ['a row of events'] }],
  ['I8', 'a row under another tenant', { steps: good.steps.map((one) => ({ ...one, tenant_id: 't2' })) }],
  ['I9', 'a secret in a log', { secrets: ['a printed line'] }],
  ['I10', 'a slot that fired twice', { firings: ['s1 08:00', 's1 08:00'] }],
  ['I11', 'a state that is shown and not stored', { shown: new Map([['j1', 'running']]) }],
  ['I12', 'too much memory', { measured: [{ what: 'memory', value: 600, limit: 512 }] }],
];

test.each(wrong)('%s finds %s', (invariant, _what, facts) => {
  const found = checkFacts({ ...good, ...facts }).map((violation) => violation.invariant.split(' ')[0]);
  expect(found).toContain(invariant);
});

test('each invariant is shown to bite', () => {
  const bitten = new Set(wrong.map(([invariant]) => invariant));
  expect(Object.keys(invariants).filter((name) => !bitten.has(name.split(' ')[0] ?? ''))).toEqual([]);
});

test('an end under another lease than the stored one is a stale one', () => {
  expect(staleAccepted({ jobs: [job], tap: [complete(7, false)] })).toEqual([]);
  expect(staleAccepted({ jobs: [job], tap: [complete(6, false)] })).toHaveLength(1);
});
