import { useStore } from 'zustand';
import { Button } from '../ui/Button.tsx';
import { useDocument, useEditorEnv } from './editor-env.ts';

/** Offers the changes that were not saved when the studio ended. */
export function RecoveryBar() {
  const { session } = useEditorEnv();
  const document = useDocument();
  const recovery = useStore(session.state, (state) => state.recoveries.find((offer) => offer.key === document.key));
  if (!recovery) return null;
  return (
    <div
      role="alert"
      className="flex shrink-0 items-center gap-2 border-b border-line bg-warn-soft px-3 py-1.5 text-warn"
    >
      <span>Unsaved changes from {new Date(recovery.savedAt).toLocaleString()} were found.</span>
      <Button size="sm" variant="primary" onClick={() => session.recover(document.key, true)}>
        Restore
      </Button>
      <Button size="sm" onClick={() => session.recover(document.key, false)}>
        Discard
      </Button>
    </div>
  );
}
