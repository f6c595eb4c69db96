import { useRef, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEditorEnv } from '../editor-env.ts';
import { FILE_SUFFIX, fileNameFor, type OpenDocument } from './open-document.ts';
import { overwriteFile, saveDocumentAs } from './save-document.ts';

/** Asks for the name of the file. */
export function SaveAsDialog({ document, then }: { document: OpenDocument; then?: () => void }) {
  const env = useEditorEnv();
  const file = document.file.getState();
  const [name, setName] = useState(() =>
    (file.path !== null && !file.example ? file.path : fileNameFor(document.store.getState().document.head.name)).slice(
      0,
      -FILE_SUFFIX.length,
    ),
  );
  const [exists, setExists] = useState(false);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const close = () => env.ui.setState({ dialog: null });
  const save = async (overwrite: boolean) => {
    setBusy(true);
    try {
      const path = `${name.trim()}${FILE_SUFFIX}`;
      const result = overwrite
        ? await overwriteFile(env.host, document, path)
        : await saveDocumentAs(env.host, document, path);
      if (result.kind === 'conflict') {
        setExists(true);
        return;
      }
      toast.done(`Saved ${path}`);
      env.session.remember();
      close();
      then?.();
    } catch (error) {
      toast.failed(error, 'Not saved');
    } finally {
      setBusy(false);
    }
  };
  const clean = fileNameFor(name.split('/').at(-1) ?? '').slice(0, -FILE_SUFFIX.length);
  const error =
    name.trim() === ''
      ? 'A name is needed.'
      : clean !== (name.split('/').at(-1) ?? '').trim()
        ? 'A file name cannot hold < > : " \\ | ? * and cannot end with a dot.'
        : exists
          ? 'A file of this name exists.'
          : undefined;
  return (
    <Dialog
      open
      onClose={close}
      size="sm"
      title="Save workflow as"
      initialFocus={input}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          {exists ? (
            <Button variant="danger" loading={busy} onClick={() => void save(true)}>
              Replace the file
            </Button>
          ) : (
            <Button variant="primary" loading={busy} disabled={error !== undefined} onClick={() => void save(false)}>
              Save
            </Button>
          )}
        </>
      }
    >
      <Field label="File name" error={error} help={`Folders with /. Ends with ${FILE_SUFFIX}`}>
        <TextInput
          ref={input}
          value={name}
          onFocus={(event) => event.target.select()}
          onChange={(text) => {
            setName(text);
            setExists(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && error === undefined) void save(false);
          }}
        />
      </Field>
    </Dialog>
  );
}
