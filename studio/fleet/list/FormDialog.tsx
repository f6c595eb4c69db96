import { type AppError, asAppError } from '@casare/shared';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  /** The button that sends. */
  submitLabel: string;
  /** Whether what is filled in can be sent. */
  ready: boolean;
  /** What it throws is shown in the dialog, which stays open with everything in it. */
  onSubmit: () => Promise<void>;
  onClose: () => void;
  size?: 'sm' | 'md' | 'lg' | 'xl';
  /** Fields. */
  children: ReactNode;
  danger?: boolean;
}

/** A dialog with fields that sends something: Enter sends, an error keeps what was typed. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, submitLabel, ready, onSubmit, onClose, size = 'sm', children, danger = false } = props;
  const { t } = useTranslation('fleet');
  const form = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size={size}
      title={title}
      {...(description !== undefined && { description })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant={danger ? 'danger' : 'primary'}
            loading={busy}
            disabled={!ready || busy}
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        {error && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {error.message} <span className="font-mono text-xs">({error.code})</span>
          </p>
        )}
        {children}
      </form>
    </Dialog>
  );
}
