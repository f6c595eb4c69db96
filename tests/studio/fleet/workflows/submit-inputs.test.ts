import type { WorkflowInput } from '@casare/shared';
import { expect, test } from 'vitest';
import { firstDrafts, readDrafts } from '../../../../studio/fleet/workflows/submit-inputs.ts';

const inputs: WorkflowInput[] = [
  { name: 'month', type: 'text', required: true },
  { name: 'limit', type: 'number', default: 100 },
  { name: 'dryRun', type: 'boolean' },
  { name: 'to', type: 'list', default: ['a'] },
  { name: 'filter', type: 'object' },
  { name: 'extra', type: 'any' },
];

test('the fields begin with the defaults of the workflow', () => {
  expect(firstDrafts(inputs)).toEqual({
    month: '',
    limit: 100,
    dryRun: false,
    to: '[\n  "a"\n]',
    filter: '',
    extra: '',
  });
});

test('what was entered becomes the input of the job; empty fields are left to the workflow', () => {
  const { input, faults } = readDrafts(inputs, {
    ...firstDrafts(inputs),
    month: '2026-03',
    dryRun: true,
    filter: '{"open":true}',
    extra: '7',
  });
  expect(faults).toEqual({});
  expect(input).toEqual({ month: '2026-03', limit: 100, dryRun: true, to: ['a'], filter: { open: true }, extra: 7 });
});

test('text of an input that takes anything stays text unless it is JSON', () => {
  expect(readDrafts(inputs, { month: 'x', extra: 'hello' }).input.extra).toBe('hello');
});

test('a number in a text field stays text', () => {
  expect(readDrafts(inputs, { month: '202603' }).input.month).toBe('202603');
});

test('every wrong field is named with what is wrong', () => {
  const { faults } = readDrafts(inputs, { month: '', to: '{"a":1}', filter: '[1]', extra: '' });
  expect(faults).toEqual({ month: 'required', to: 'list', filter: 'object' });
  expect(readDrafts(inputs, { month: 'x', to: '[1,' }).faults).toEqual({ to: 'json' });
});

test('a required input with a default may stay empty', () => {
  expect(readDrafts([{ name: 'a', type: 'text', required: true, default: 'b' }], { a: '' }).faults).toEqual({});
});
