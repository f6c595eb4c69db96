import { CornerDownRight, MapPin } from 'lucide-react';
import { showStep } from '../actions/run-actions.ts';
import { openCalled } from '../actions/called-actions.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import type { RunOverlay } from '../run/run-overlay.ts';
import { isActive } from '../run/run-store.ts';
import { classNames } from '../../ui/class-names.ts';
import { toast } from '../../ui/toast.tsx';
import type { StackFrame } from './call-stack.ts';
import { useStepNames } from './use-step-names.ts';

const REASONS = { pause: 'paused', breakpoint: 'breakpoint', step: 'step' };

/** The way to where the run stands, the outermost first; a click shows the step. */
export function CallStackList({ overlay, frames }: { overlay: RunOverlay; frames: readonly StackFrame[] }) {
  const env = useEditorEnv();
  const { store } = useDocument();
  const names = useStepNames();
  const reason = overlay.pausedAt?.reason;
  const show = (frame: StackFrame) => {
    if (frame.call === undefined) return showStep(env, frame.nodeId);
    const workflow = names.calledBy(frame.call);
    if (workflow) openCalled(env, workflow.id).catch((error: unknown) => toast.failed(error, 'Not opened'));
    return undefined;
  };
  return (
    <section aria-label="Where the run stands" className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-8 shrink-0 items-center gap-2 border-b border-line px-2">
        <h2 className="truncate text-xs font-semibold text-dim">
          {isActive(overlay.status) ? 'Where the run stands' : 'Where it stood last'}
        </h2>
        {reason && <span className="shrink-0 text-xs text-warn">{REASONS[reason]}</span>}
      </header>
      {frames.length === 0 && <p className="p-3 text-dim">No step has been reached yet.</p>}
      <ol className="min-h-0 flex-1 overflow-auto p-1" data-testid="call-stack">
        {frames.length > 0 && (
          <li className="flex h-7 items-center gap-2 px-2 text-dim">{store.getState().document.head.name}</li>
        )}
        {frames.map((frame, depth) => {
          const isHere = depth === frames.length - 1;
          const called = frame.isCall ? names.calledBy(frame.path) : undefined;
          return (
            <li key={frame.path}>
              <button
                type="button"
                aria-current={isHere ? 'step' : undefined}
                onClick={() => show(frame)}
                style={{ paddingLeft: 8 + 14 * (depth + 1) }}
                className={classNames(
                  'flex h-7 w-full items-center gap-2 rounded-md pr-2 text-left hover:bg-hover',
                  isHere && 'bg-warn-soft font-semibold',
                )}
                title={frame.path}
              >
                {isHere ? (
                  <MapPin size={13} className="shrink-0 text-warn" aria-hidden />
                ) : (
                  <CornerDownRight size={13} className="shrink-0 text-faint" aria-hidden />
                )}
                <span className={classNames('truncate', called && 'shrink-0 max-w-[65%]')}>
                  {names.titleAt(frame.path)}
                </span>
                {frame.part && <span className="shrink-0 text-xs text-dim">{frame.part}</span>}
                {called && <span className="truncate text-xs text-dim">{`calls “${called.name}”`}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
