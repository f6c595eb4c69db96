import { AlertDialog as Base } from '@base-ui/react/alert-dialog';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  body?: ReactNode;
  /** Says what happens, e.g. "Cancel 3 jobs"; never just "OK". */
  confirmLabel: string;
  danger?: boolean;
  /** A promise keeps the dialog open until it is settled. */
  onConfirm: () => void | Promise<unknown>;
  onClose: () => void;
}

export function ConfirmDialog({
  open,
  title,
  body,
  confirmLabel,
  danger = false,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation('ui');
  const [busy, setBusy] = useState(false);
  const confirmRef = useRef<HTMLButtonElement>(null);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
      onClose();
    }
  };
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          initialFocus={confirmRef}
          className="fixed top-1/2 left-1/2 z-50 w-[420px] max-w-[94vw] -translate-x-1/2 -translate-y-1/2 rounded-lg border border-line-strong bg-surface shadow-pop"
        >
          <div className="px-5 pt-4 pb-5">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            {body && <Base.Description className="mt-2 text-dim" render={<div>{body}</div>} />}
          </div>
          <footer className="flex justify-end gap-2 rounded-b-lg border-t border-line bg-inset px-5 py-3">
            <Button onClick={onClose} disabled={busy}>
              {t('keep')}
            </Button>
            <Button
              ref={confirmRef}
              variant={danger ? 'danger' : 'primary'}
              loading={busy}
              onClick={() => void confirm()}
            >
              {confirmLabel}
            </Button>
          </footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
