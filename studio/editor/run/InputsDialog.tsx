import { useRef, useState } from 'react';
import { Play } from 'lucide-react';
import { InputFields } from '../../fleet/workflows/InputFields.tsx';
import { firstDrafts, type InputFault, readDrafts } from '../../fleet/workflows/submit-inputs.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';

/** Asks for the inputs of a run on this machine. */
export function InputsDialog({
  document,
  start,
}: {
  document: OpenDocument;
  start: (input: Record<string, unknown>) => unknown;
}) {
  const env = useEditorEnv();
  const { inputs } = document.store.getState().document.head;
  const [drafts, setDrafts] = useState(() => firstDrafts(inputs));
  const [faults, setFaults] = useState<Record<string, InputFault>>({});
  const first = useRef<HTMLInputElement | null>(null);
  const close = () => env.ui.setState({ dialog: null });
  const run = async () => {
    const read = readDrafts(inputs, drafts);
    setFaults(read.faults);
    if (Object.keys(read.faults).length > 0) return;
    close();
    try {
      await start(read.input);
    } catch (error) {
      toast.failed(error, 'The run did not start');
    }
  };
  return (
    <Dialog
      open
      onClose={close}
      size="sm"
      title="Inputs of the run"
      initialFocus={first}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" icon={Play} onClick={() => void run()}>
            Run
          </Button>
        </>
      }
    >
      <form
        ref={(form) => {
          first.current = form?.querySelector('input, textarea') ?? null;
        }}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <InputFields inputs={inputs} drafts={drafts} faults={faults} onChange={setDrafts} />
        <button type="submit" className="sr-only" tabIndex={-1} aria-hidden>
          Run
        </button>
      </form>
    </Dialog>
  );
}
