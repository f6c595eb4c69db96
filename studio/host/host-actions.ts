import { type Action, isEnabled } from '../actions/define-action.ts';
import type { ActionRegistry } from '../actions/action-registry.ts';

/** A page that has to be loaded first offers its actions within this time, or the choice is forgotten. */
const WAIT_MS = 5000;

/** The page that offers an action, by the first part of its id; others are offered everywhere. */
export function pageOfAction(id: string): '/' | undefined {
  return id.startsWith('editor.') ? '/' : undefined;
}

/** Hands over an action as soon as it is offered and can be done; at once when it is. Returns what ends the wait. */
export function whenOffered(
  registry: ActionRegistry,
  id: string,
  onOffered: (action: Action) => void,
  waitMs = WAIT_MS,
): () => void {
  const find = () => registry.list().find((action) => action.id === id && isEnabled(action));
  const first = find();
  if (first) {
    onOffered(first);
    return () => undefined;
  }
  const end = () => {
    clearTimeout(timer);
    off();
  };
  const timer = setTimeout(end, waitMs);
  const off = registry.subscribe(() => {
    const action = find();
    if (!action) return;
    end();
    onOffered(action);
  });
  return end;
}
