import { PauseCircle } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useDocument } from '../editor-env.ts';
import { useRunOverlayAside } from '../run/run-store.ts';
import { callStack } from './call-stack.ts';
import { CallStackList } from './CallStackList.tsx';
import { VariableList } from './VariableList.tsx';

/** Where the run stands and what its variables are; while it is paused they can be changed. */
export function DebugTab() {
  const { run } = useDocument();
  const overlay = useRunOverlayAside(run);
  if (!overlay) {
    return (
      <EmptyState
        icon={PauseCircle}
        title="No run is shown"
        body="Step with F10, or set a breakpoint with F9 and run: variables and the place of the run appear here."
      />
    );
  }
  const path = overlay.pausedAt?.path ?? overlay.currentPath;
  const frames = path === undefined ? [] : callStack(path);
  return (
    <div className="flex min-h-0 flex-1">
      <VariableList overlay={overlay} call={frames.at(-1)?.call} />
      <CallStackList overlay={overlay} frames={frames} />
    </div>
  );
}
