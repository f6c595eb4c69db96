import { type Action, allShortcuts, isEnabled } from './define-action.ts';
import { runSafely } from './run-safely.ts';
import { type KeyPress, matchesShortcut, parseShortcut, worksInTextField } from './parse-shortcut.ts';

export interface ActionRegistry {
  /** Adds actions until the returned function is called. One with a known id takes its place (a page may refine a general action). */
  registerActions: (actions: readonly Action[]) => () => void;
  list: () => readonly Action[];
  /** Runs an action if it is known and can be done now. */
  run: (id: string) => boolean;
  /** The action a key press stands for, the one registered last first. */
  find: (press: KeyPress, where: { textField: boolean; dialog: boolean }) => Action | undefined;
  subscribe: (listener: () => void) => () => void;
}

export function createActionRegistry(): ActionRegistry {
  const batches = new Set<readonly Action[]>();
  const listeners = new Set<() => void>();
  let current: readonly Action[] = [];
  const refresh = () => {
    current = [...new Map([...batches].flat().map((action) => [action.id, action])).values()];
    for (const listener of listeners) listener();
  };
  return {
    registerActions: (actions) => {
      // A copy, so that the same list registered twice is two batches.
      const batch = [...actions];
      batches.add(batch);
      refresh();
      return () => {
        batches.delete(batch);
        refresh();
      };
    },
    list: () => current,
    run: (id) => {
      const action = current.find((candidate) => candidate.id === id);
      if (!action || !isEnabled(action)) return false;
      void runSafely(action);
      return true;
    },
    find: (press, where) =>
      current.findLast((action) => {
        if (where.dialog && !action.inDialogs) return false;
        return (
          allShortcuts(action).some((text) => {
            const shortcut = parseShortcut(text);
            return matchesShortcut(shortcut, press) && (!where.textField || worksInTextField(shortcut));
          }) && isEnabled(action)
        );
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
