import { asAppError } from '@casare/shared';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';

/** Shown in place of a page whose code threw; the rest of the studio goes on. */
export function BrokenPage({ error }: { error: unknown }) {
  const { t } = useTranslation('shell');
  const failure = asAppError(error);
  return (
    <EmptyState
      tone="bad"
      icon={CircleAlert}
      title={t('broken.title')}
      body={
        <>
          <p>{t('broken.body')}</p>
          <p className="mt-2 font-mono text-xs break-words">
            {failure.code}: {failure.message}
          </p>
        </>
      }
      actions={
        <Button variant="primary" onClick={() => window.location.reload()}>
          {t('broken.reload')}
        </Button>
      }
    />
  );
}
