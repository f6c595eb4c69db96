import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActionRegistry } from '../../../studio/actions/action-registry.ts';
import { defineAction } from '../../../studio/actions/define-action.ts';
import { pageOfAction, whenOffered } from '../../../studio/host/host-actions.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const action = (id: string, when?: () => boolean) =>
  defineAction({ id, label: id, run: () => undefined, ...(when && { when }) });

test('an action that is offered is handed over at once', () => {
  const registry = createActionRegistry();
  registry.registerActions([action('theme.dark')]);
  const found: string[] = [];
  whenOffered(registry, 'theme.dark', ({ id }) => found.push(id));
  expect(found).toEqual(['theme.dark']);
});

test('an action of a page that is still opening is handed over once, when the page offers it', () => {
  const registry = createActionRegistry();
  const found: string[] = [];
  whenOffered(registry, 'editor.open', ({ id }) => found.push(id));
  registry.registerActions([action('editor.save')]);
  expect(found).toEqual([]);
  registry.registerActions([action('editor.open')]);
  registry.registerActions([action('editor.run')]);
  expect(found).toEqual(['editor.open']);
});

test('a choice that nobody can follow is forgotten', () => {
  const registry = createActionRegistry();
  const found: string[] = [];
  whenOffered(registry, 'editor.run', ({ id }) => found.push(id), 1000);
  registry.registerActions([action('editor.run', () => false)]);
  vi.advanceTimersByTime(1001);
  registry.registerActions([action('editor.run')]);
  expect(found).toEqual([]);
});

test('a later choice can end the wait for an earlier one', () => {
  const registry = createActionRegistry();
  const found: string[] = [];
  const end = whenOffered(registry, 'editor.run', ({ id }) => found.push(id));
  end();
  registry.registerActions([action('editor.run')]);
  expect(found).toEqual([]);
});

test('the editor has the actions that begin with its name', () => {
  expect(pageOfAction('editor.open')).toBe('/');
  expect(pageOfAction('go.fleet')).toBeUndefined();
});
