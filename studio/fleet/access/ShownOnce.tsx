import { Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';

interface ShownOnceProps {
  title: string;
  description: string;
  /** Accessible name of the text. */
  label: string;
  text: string;
  onClose: () => void;
  testId: string;
}

/** A secret in the only moment it can be read. */
export function ShownOnce({ title, description, label, text, onClose, testId }: ShownOnceProps) {
  const { t } = useTranslation('fleet');
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('key.madeDone')}
        </Button>
      }
    >
      <div className="flex gap-2">
        <TextInput
          value={text}
          onChange={() => undefined}
          readOnly
          mono
          aria-label={label}
          data-testid={testId}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button icon={Copy} onClick={() => void copyText(text).then((copied) => copied && toast.done(t('copied')))}>
          {t('copy')}
        </Button>
      </div>
    </Dialog>
  );
}
