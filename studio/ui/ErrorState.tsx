import { asAppError } from '@casare/shared';
import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';

interface ErrorStateProps {
  title: string;
  error: unknown;
  onRetry?: () => void;
  actions?: ReactNode;
}

/** A page or panel that could not be loaded: code, sentence, what to do. */
export function ErrorState({ title, error, onRetry, actions }: ErrorStateProps) {
  const { t } = useTranslation('ui');
  const failure = asAppError(error);
  return (
    <EmptyState
      tone="bad"
      icon={CircleAlert}
      title={title}
      body={
        <>
          <p>{failure.message}</p>
          <p className="mt-1 font-mono text-xs text-faint">{failure.code}</p>
        </>
      }
      actions={
        <>
          {onRetry && (
            <Button icon={RotateCw} onClick={onRetry}>
              {t('tryAgain')}
            </Button>
          )}
          {actions}
        </>
      }
    />
  );
}
