import { AppError } from '@casare/shared';
import { ArrowRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { openCalled } from '../actions/called-actions.ts';
import { useEditorEnv } from '../editor-env.ts';
import { fileNameFor, type OpenDocument } from '../files/open-document.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { planExtract } from './plan-extract.ts';

/** Asks for a name, and shows what the new workflow takes and gives; or says why the selection cannot become one. */
export function ExtractDialog({ document }: { document: OpenDocument }) {
  const env = useEditorEnv();
  const [{ shown, selected }] = useState(() => {
    const state = document.store.getState();
    return { shown: state.document, selected: selectedNodeIds(state) };
  });
  const [name, setName] = useState(`Part of ${shown.head.name}`.slice(0, 120));
  const [taken, setTaken] = useState(false);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const plan = useMemo(
    () => planExtract(shown, env.catalog, selected, name.trim() || 'Part'),
    [shown, env.catalog, selected, name],
  );
  const close = () => env.ui.setState({ dialog: null });
  const folder = (document.file.getState().path ?? '').split('/').slice(0, -1);
  const path = [...(document.file.getState().example ? [] : folder), fileNameFor(name)].join('/');
  const save = async () => {
    if (!plan.ok) return;
    setBusy(true);
    try {
      const { workflow, command, callId } = plan.extraction;
      await env.host.call('files.save', { path, document: workflow, etag: null });
      document.store.getState().edit(command, [callId]);
      close();
      env.canvas.current?.focus(callId);
      toast.done(`Saved ${path}`, {
        action: { label: 'Open', onClick: () => void openCalled(env, workflow.id).catch(toast.failed) },
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'FILE_EXISTS') setTaken(true);
      else toast.failed(error, 'Not extracted');
    } finally {
      setBusy(false);
    }
  };
  const error = name.trim() === '' ? 'A name is needed.' : taken ? `${path} exists already.` : undefined;
  return (
    <Dialog
      open
      onClose={close}
      size="md"
      title="Extract to a workflow"
      description="The selected steps become a workflow in a file of its own, and a step that calls it takes their place."
      initialFocus={input}
      footer={
        <>
          <Button onClick={close}>{plan.ok ? 'Cancel' : 'Close'}</Button>
          {plan.ok && (
            <Button variant="primary" loading={busy} disabled={error !== undefined} onClick={() => void save()}>
              Extract
            </Button>
          )}
        </>
      }
    >
      {plan.ok ? (
        <div className="flex flex-col gap-4">
          <Field label="Name" help={path} error={error}>
            <TextInput
              ref={input}
              value={name}
              maxLength={200}
              onFocus={(event) => event.target.select()}
              onChange={(text) => {
                setName(text);
                setTaken(false);
              }}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && error === undefined) void save();
              }}
            />
          </Field>
          <Names title="It takes" names={plan.extraction.workflow.inputs.map((entry) => entry.name)} />
          <Names title="It gives" names={plan.extraction.workflow.outputs.map((entry) => entry.name)} />
        </div>
      ) : (
        <p role="alert" className="rounded-md border border-warn bg-warn-soft p-3">
          {plan.why}
        </p>
      )}
    </Dialog>
  );
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="w-16 text-xs font-medium text-dim">{title}</span>
      <ArrowRight size={13} className="text-faint" aria-hidden />
      {names.length === 0 && <span className="text-dim">nothing</span>}
      {names.map((name) => (
        <code key={name} className="rounded bg-inset px-1.5 py-0.5 font-mono text-xs">
          {name}
        </code>
      ))}
    </div>
  );
}
