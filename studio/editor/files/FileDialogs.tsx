import { useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { save } from '../actions/file-actions.ts';
import { ConditionDialog } from '../debug/ConditionDialog.tsx';
import { useEditorEnv } from '../editor-env.ts';
import { ExtractDialog } from '../extract/ExtractDialog.tsx';
import { InputsDialog } from '../run/InputsDialog.tsx';
import { SubmitToFleet } from '../toolbar/SubmitToFleet.tsx';
import { FILE_SUFFIX, movePath, type OpenDocument } from './open-document.ts';
import { OpenFileDialog } from './OpenFileDialog.tsx';
import { overwriteFile, reloadDocument } from './save-document.ts';
import { SaveAsDialog } from './SaveAsDialog.tsx';

/** The dialog that is open, if any. */
export function FileDialogs() {
  const env = useEditorEnv();
  const dialog = useStore(env.ui, (ui) => ui.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'open':
      return <OpenFileDialog />;
    case 'saveAs':
      return <SaveAsDialog document={dialog.document} then={dialog.then} />;
    case 'rename':
      return <RenameFileDialog document={dialog.document} />;
    case 'conflict':
      return <ConflictDialog document={dialog.document} path={dialog.path} />;
    case 'close':
      return <CloseDialog document={dialog.document} />;
    case 'inputs':
      return <InputsDialog document={dialog.document} start={dialog.start} />;
    case 'condition':
      return <ConditionDialog document={dialog.document} nodeId={dialog.nodeId} />;
    case 'extract':
      return <ExtractDialog document={dialog.document} />;
    case 'submit':
      return <SubmitToFleet workflowId={dialog.workflowId} />;
  }
}

function ConflictDialog({ document, path }: { document: OpenDocument; path: string }) {
  const env = useEditorEnv();
  const close = () => env.ui.setState({ dialog: null });
  const attempt = (run: () => Promise<unknown>, done: string) => async () => {
    try {
      await run();
      toast.done(done);
      close();
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <Dialog
      open
      onClose={close}
      size="md"
      title="The file was changed by somebody else"
      description={`${path} is not what it was when it was opened here. Nothing has been written yet.`}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button onClick={() => env.ui.setState({ dialog: { kind: 'saveAs', document } })}>Save a copy…</Button>
          <Button
            onClick={() =>
              void attempt(() => reloadDocument(env.host, document), 'Loaded the file; your version is one undo away')()
            }
          >
            Load the file
          </Button>
          <Button
            variant="danger"
            onClick={() => void attempt(() => overwriteFile(env.host, document, path), `Saved ${path}`)()}
          >
            Overwrite
          </Button>
        </>
      }
    />
  );
}

function CloseDialog({ document }: { document: OpenDocument }) {
  const env = useEditorEnv();
  const { name } = document.store.getState().document.head;
  const close = () => env.ui.setState({ dialog: null });
  const discard = () => {
    close();
    env.session.close(document.key);
  };
  const keep = async () => {
    close();
    try {
      await save(env, document, () => env.session.close(document.key));
    } catch (error) {
      toast.failed(error, 'Not saved');
    }
  };
  return (
    <Dialog
      open
      onClose={close}
      size="sm"
      title={`Save “${name}” before closing?`}
      description="It has changes that are in no file yet."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button onClick={discard}>Do not save</Button>
          <Button variant="primary" onClick={() => void keep()}>
            Save
          </Button>
        </>
      }
    />
  );
}

function RenameFileDialog({ document }: { document: OpenDocument }) {
  const env = useEditorEnv();
  const from = document.file.getState().path ?? '';
  const [name, setName] = useState(from.slice(0, -FILE_SUFFIX.length));
  const close = () => env.ui.setState({ dialog: null });
  const rename = async () => {
    const to = `${name.trim()}${FILE_SUFFIX}`;
    try {
      if (to !== from) await env.host.call('files.rename', { from, to });
      movePath(document, to);
      env.session.remember();
      close();
    } catch (error) {
      toast.failed(error, 'Not renamed');
    }
  };
  return (
    <Dialog
      open
      onClose={close}
      size="sm"
      title="Rename file"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" disabled={name.trim() === ''} onClick={() => void rename()}>
            Rename
          </Button>
        </>
      }
    >
      <Field label="File name" help={`Ends with ${FILE_SUFFIX}`}>
        <TextInput value={name} onChange={setName} onKeyDown={(event) => event.key === 'Enter' && void rename()} />
      </Field>
    </Dialog>
  );
}
