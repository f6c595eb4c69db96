import type { QueueFigures } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { QueueBar } from './QueueBar.tsx';
import type { QueueSearch } from './queues-search.ts';

interface QueueFigureRowProps {
  figures: QueueFigures;
  /** Each number leads to what it counts. */
  onFilter: (search: QueueSearch) => void;
}

/** What waits, is worked on and has ended within a day. */
export function QueueFigureRow({ figures, onFilter }: QueueFigureRowProps) {
  const { t } = useTranslation('fleet');
  const counts: { label: string; value: number; tone: Tone; search: QueueSearch }[] = [
    { label: t('queue.parts.new'), value: figures.new, tone: 'mute', search: { state: 'new' } },
    { label: t('queue.postponed'), value: figures.postponed, tone: 'mute', search: { state: 'new' } },
    { label: t('queue.parts.inProgress'), value: figures.inProgress, tone: 'info', search: { state: 'inProgress' } },
    { label: t('queue.parts.successful'), value: figures.successful, tone: 'ok', search: { state: 'successful' } },
    { label: t('queue.business'), value: figures.failedBusiness, tone: 'bad', search: { state: 'failed' } },
    { label: t('queue.application'), value: figures.failedApplication, tone: 'bad', search: { state: 'failed' } },
    { label: t('queue.abandoned'), value: figures.abandoned, tone: 'bad', search: { state: 'abandoned' } },
    { label: t('queueItem.risks.atRisk'), value: figures.atRisk, tone: 'warn', search: { risk: 'atRisk' } },
    { label: t('queueItem.risks.overdue'), value: figures.overdue, tone: 'bad', search: { risk: 'overdue' } },
    {
      label: t('queue.toReview'),
      value: figures.toReview,
      tone: 'warn',
      search: { state: 'failed,abandoned', review: 'none' },
    },
  ];
  return (
    <section aria-label={t('queue.figures')} className="shrink-0 border-b border-line bg-surface px-3 py-2">
      <QueueBar figures={figures} className="mb-2 w-full" />
      <div className="flex flex-wrap items-end gap-x-5 gap-y-1.5">
        {counts.map(({ label, value, tone, search }) => (
          <button
            key={label}
            type="button"
            className="rounded text-left hover:underline"
            onClick={() => onFilter(search)}
          >
            <span className={`tabular block text-base font-semibold ${value === 0 ? 'text-faint' : TONE_TEXT[tone]}`}>
              {value}
            </span>
            <span className="block text-xs text-faint">{label}</span>
          </button>
        ))}
        <Duration label={t('queue.handling')} seconds={figures.averageHandlingSeconds} />
        <Duration label={t('queue.oldest')} seconds={figures.oldestNewSeconds} />
      </div>
    </section>
  );
}

function Duration({ label, seconds }: { label: string; seconds: number | null }) {
  return (
    <span>
      <span className="tabular block text-base font-semibold">
        {seconds === null ? '–' : formatDuration(seconds * 1000)}
      </span>
      <span className="block text-xs text-faint">{label}</span>
    </span>
  );
}
