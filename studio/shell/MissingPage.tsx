import { useNavigate } from '@tanstack/react-router';
import { FileQuestion } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';

export function MissingPage() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={FileQuestion}
      title={t('notFound.title')}
      body={t('notFound.body')}
      actions={
        <Button variant="primary" onClick={() => void navigate({ to: '/' })}>
          {t('notFound.action')}
        </Button>
      }
    />
  );
}
