import type { Job } from '@casare/shared';
import { Ban, RotateCcw, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { type BulkAction, eligible } from './bulk.ts';

interface BulkBarProps {
  jobs: readonly Job[];
  /** Which actions are offered. */
  actions?: readonly BulkAction[];
  onClear: () => void;
}

const BulkDialog = lazy(async () => ({ default: (await import('./BulkDialog.tsx')).BulkDialog }));

const ICONS = { cancel: Ban, retry: RotateCcw };

export function BulkBar({ jobs, actions = ['cancel', 'retry'], onClear }: BulkBarProps) {
  const { t } = useTranslation('fleet');
  // The jobs of the moment the dialog was opened: live changes must not change what was confirmed.
  const [asked, setAsked] = useState<{ action: BulkAction; jobs: Job[] }>();
  return (
    <div
      role="toolbar"
      aria-label={t('bulk.label')}
      className="flex h-10 shrink-0 items-center gap-2 border-b border-line bg-accent-soft px-3"
    >
      <span className="tabular font-medium">{t('bulk.selected', { count: jobs.length })}</span>
      {actions.map((action) => {
        const able = eligible(action, jobs);
        return (
          <Button
            key={action}
            size="sm"
            icon={ICONS[action]}
            disabled={able.length === 0}
            onClick={() => setAsked({ action, jobs: able })}
          >
            {t(`bulk.${action}`, { count: able.length })}
          </Button>
        );
      })}
      <IconButton icon={X} size="sm" label={t('bulk.clear')} onClick={onClear} className="ml-auto" />
      {asked && (
        <Suspense>
          <BulkDialog
            action={asked.action}
            jobs={asked.jobs}
            onClose={(done) => {
              setAsked(undefined);
              if (done) onClear();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
