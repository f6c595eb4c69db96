import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import { type ActionRegistry, createActionRegistry } from './action-registry.ts';
import type { Action } from './define-action.ts';
import { runSafely } from './run-safely.ts';

const ActionContext = createContext<ActionRegistry | undefined>(undefined);

/** Holds the registry and listens to the keyboard for it. */
export function ActionProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createActionRegistry);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = registry.find(event, whereIs(event.target));
      if (!action) return;
      event.preventDefault();
      void runSafely(action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [registry]);
  return <ActionContext value={registry}>{children}</ActionContext>;
}

export function useActionRegistry(): ActionRegistry {
  const registry = use(ActionContext);
  if (!registry) throw new Error('useActionRegistry needs an ActionProvider above it');
  return registry;
}

/** Offers actions while the calling component is on the screen. Give it a stable list (`useMemo`). */
export function useActions(actions: readonly Action[]): void {
  const registry = useActionRegistry();
  useEffect(() => registry.registerActions(actions), [registry, actions]);
}

/** Everything that can be done now, kept up to date. */
export function useActionList(): readonly Action[] {
  const registry = useActionRegistry();
  return useSyncExternalStore(registry.subscribe, registry.list);
}

function whereIs(target: EventTarget | null): { textField: boolean; dialog: boolean } {
  if (!(target instanceof HTMLElement)) return { textField: false, dialog: false };
  const textField =
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type));
  return { textField, dialog: target.closest('[role=dialog],[role=alertdialog]') !== null };
}
