import type { WorkflowVariable } from '@casare/shared';
import { useDocument } from '../editor-env.ts';
import type { RunOverlay } from '../run/run-overlay.ts';
import { useEditorState } from '../store/selectors.ts';
import { useStepNames } from './use-step-names.ts';
import { VariableRow } from './VariableRow.tsx';

/** Variables of the workflow in which the run stands: its own, or the called one. */
export function VariableList({ overlay, call }: { overlay: RunOverlay; call: string | undefined }) {
  const { store, run } = useDocument();
  const names = useStepNames();
  const head = useEditorState(store, (state) => state.document.head);
  const called = call === undefined ? undefined : names.calledBy(call);
  const declared: readonly WorkflowVariable[] = call === undefined ? head.variables : (called?.variables ?? []);
  const values = call === undefined ? overlay.variables : (overlay.callVariables.get(call) ?? {});
  const isPaused = overlay.status === 'paused' && !run.replay();
  const others = Object.keys(values).filter((name) => !declared.some((variable) => variable.name === name));
  const rows = [...declared, ...others.map((name): WorkflowVariable => ({ name, type: 'any' }))];
  return (
    <section aria-label="Variables" className="flex min-w-0 flex-1 flex-col border-r border-line">
      <header className="flex h-8 shrink-0 items-center gap-2 border-b border-line px-2">
        <h2 className="text-xs font-semibold text-dim">Variables</h2>
        <span className="truncate text-xs text-faint">
          {call === undefined ? '' : `of “${called?.name ?? 'the called workflow'}”`}
        </span>
        {isPaused && rows.length > 0 && (
          <span className="ml-auto truncate text-xs text-faint">Click a value to change it</span>
        )}
      </header>
      {rows.length === 0 && (
        <p className="p-3 text-dim">
          This workflow has no variables. Declare one in its settings, or by “Set variable”.
        </p>
      )}
      <ul className="min-h-0 flex-1 overflow-auto p-1" data-testid="variables">
        {rows.map((variable) => (
          <VariableRow
            key={`${call ?? ''}/${variable.name}`}
            variable={variable}
            value={Object.hasOwn(values, variable.name) ? values[variable.name] : variable.default}
            path={call === undefined ? undefined : overlay.pausedAt?.path}
            editable={isPaused}
          />
        ))}
      </ul>
    </section>
  );
}
