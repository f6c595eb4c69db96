import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useActionRegistry } from '../actions/action-context.tsx';
import { runSafely } from '../actions/run-safely.ts';
import { pageOfAction, whenOffered } from '../host/host-actions.ts';
import { useOptionalHost } from '../host/host-context.tsx';

/** Does what the menu of the desktop program asks for; an entry of the editor opens the editor first. */
export function useHostActions(): void {
  const host = useOptionalHost();
  const registry = useActionRegistry();
  const navigate = useNavigate();
  useEffect(() => {
    let endWait = () => {};
    const off = host?.on('app.action', ({ id }) => {
      endWait();
      const page = pageOfAction(id);
      const isKnown = registry.list().some((action) => action.id === id);
      if (page !== undefined && !isKnown) void navigate({ to: page });
      endWait = whenOffered(registry, id, (action) => void runSafely(action));
    });
    return () => {
      endWait();
      off?.();
    };
  }, [host, registry, navigate]);
}
