import { expect, test } from 'vitest';
import { createActionRegistry } from '../../../studio/actions/action-registry.ts';
import { defineAction } from '../../../studio/actions/define-action.ts';

const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, shiftKey: false, altKey: false });
const canvas = { textField: false, dialog: false };
const quiet = () => undefined;

test('actions are offered while they are registered', () => {
  const registry = createActionRegistry();
  const off = registry.registerActions([defineAction({ id: 'a', label: 'A', run: quiet })]);
  expect(registry.list().map((action) => action.id)).toEqual(['a']);
  off();
  expect(registry.list()).toEqual([]);
});

test('a page may refine a general action, and gives it back when it goes', () => {
  const registry = createActionRegistry();
  registry.registerActions([defineAction({ id: 'save', label: 'Save', run: quiet })]);
  const off = registry.registerActions([defineAction({ id: 'save', label: 'Save the workflow', run: quiet })]);
  expect(registry.list().map((action) => action.label)).toEqual(['Save the workflow']);
  off();
  expect(registry.list().map((action) => action.label)).toEqual(['Save']);
});

test('a key finds the action registered last that can be done now', () => {
  const registry = createActionRegistry();
  let possible = true;
  registry.registerActions([
    defineAction({ id: 'first', label: '1', shortcut: 'F5', run: quiet }),
    defineAction({ id: 'second', label: '2', shortcut: ['Ctrl+R', 'F5'], when: () => possible, run: quiet }),
  ]);
  expect(registry.find(key('F5'), canvas)?.id).toBe('second');
  possible = false;
  expect(registry.find(key('F5'), canvas)?.id).toBe('first');
});

test('keys that type are for the text field, and dialogs keep theirs to themselves', () => {
  const registry = createActionRegistry();
  registry.registerActions([
    defineAction({ id: 'disable', label: 'Disable', shortcut: 'D', run: quiet }),
    defineAction({ id: 'close', label: 'Close', shortcut: 'Ctrl+W', inDialogs: true, run: quiet }),
  ]);
  expect(registry.find(key('d'), canvas)?.id).toBe('disable');
  expect(registry.find(key('d'), { textField: true, dialog: false })).toBeUndefined();
  expect(registry.find(key('d'), { textField: false, dialog: true })).toBeUndefined();
  expect(registry.find(key('w', true), { textField: true, dialog: true })?.id).toBe('close');
});

test('an action that cannot be done is not run by its id either', () => {
  const registry = createActionRegistry();
  let runs = 0;
  registry.registerActions([
    defineAction({ id: 'go', label: 'Go', run: () => void (runs += 1) }),
    defineAction({ id: 'stop', label: 'Stop', when: () => false, run: () => void (runs += 1) }),
  ]);
  expect([registry.run('go'), registry.run('stop'), registry.run('unknown')]).toEqual([true, false, false]);
  expect(runs).toBe(1);
});
