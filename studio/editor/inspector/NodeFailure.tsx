import { ChevronDown, ChevronRight, CircleX, Copy } from 'lucide-react';
import { useState } from 'react';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { Button } from '../../ui/Button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { useDocument } from '../editor-env.ts';
import { isActive, useRunStatus, useStepOverlay } from '../run/run-store.ts';

/** Why the step failed in the shown run: the sentence first, then the code and what was tried, and a way on. */
export function NodeFailure({ nodeId }: { nodeId: string }) {
  const { run } = useDocument();
  const actions = useActionRegistry();
  const overlay = useStepOverlay(run, nodeId);
  const status = useRunStatus(run);
  const [open, setOpen] = useState(false);
  const error = overlay?.error;
  if (!error || overlay.state === 'running') return null;
  const details =
    error.details && Object.keys(error.details).length > 0 ? JSON.stringify(error.details, null, 2) : undefined;
  return (
    <section
      role="alert"
      aria-label="Failure"
      data-testid="step-failure"
      className="mx-3 mb-2 rounded-md border border-bad bg-bad-soft p-2.5"
    >
      <p className="flex gap-2">
        <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
        <span className="min-w-0 break-words">{error.message}</span>
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code className="font-mono text-xs text-bad">{error.code}</code>
        <Button size="sm" disabled={isActive(status)} onClick={() => actions.run('editor.run')}>
          Run again
        </Button>
        <Button
          size="sm"
          variant="ghost"
          icon={Copy}
          onClick={() =>
            void copyText(JSON.stringify({ step: nodeId, path: overlay.passes.at(-1)?.path, ...error }, null, 2))
          }
        >
          Copy
        </Button>
        {details && (
          <Button
            size="sm"
            variant="ghost"
            icon={open ? ChevronDown : ChevronRight}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Details
          </Button>
        )}
      </div>
      {open && (
        <pre className="mt-2 max-h-48 overflow-auto rounded bg-inset p-2 font-mono text-xs whitespace-pre-wrap">
          {details}
        </pre>
      )}
    </section>
  );
}
