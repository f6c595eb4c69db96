import { useNavigate } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../format/time.ts';
import { Button } from '../ui/Button.tsx';
import type { LiveStatus } from './live/live-feed.ts';

/** Said above the pages when the key is no longer taken: only a person can mend that. */
export function RefusedNote({ status: { freshAt, reason } }: { status: LiveStatus }) {
  const { t } = useTranslation('fleet');
  const navigate = useNavigate();
  const [, sentence = reason] = /^[A-Z_]+: (.*)$/s.exec(reason ?? '') ?? [];
  return (
    <div role="alert" className="flex shrink-0 items-center gap-2.5 border-b border-line bg-bad-soft px-3 py-2">
      <KeyRound size={16} className="shrink-0 text-bad" aria-hidden />
      <p className="min-w-0 flex-1">
        <span className="font-medium">{t('refused.title')}</span> <span className="text-dim">{sentence}</span>{' '}
        {freshAt !== undefined && <span className="text-dim">{t('refused.from', { time: formatClock(freshAt) })}</span>}
      </p>
      <Button size="sm" onClick={() => void navigate({ to: '/settings' })}>
        {t('refused.action')}
      </Button>
    </div>
  );
}
