import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { formatClock } from '../../format/time.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { JsonView } from '../../ui/JsonView.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import type { StepSpan } from './step-spans.ts';

export function StepDetails({ span, name, onClose }: { span: StepSpan; name: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  return (
    <section
      aria-label={t('step.label', { name })}
      className="flex max-h-[45%] min-h-40 shrink-0 flex-col border-t border-line bg-surface"
    >
      <header className="flex h-9 shrink-0 items-center gap-2 pr-1.5 pl-3">
        <StatusBadge status={span.state} />
        <span className="truncate font-medium">{name}</span>
        <span className="tabular truncate text-xs text-faint">
          {formatClock(span.start)}
          {span.end !== undefined && ` · ${formatDuration(span.end - span.start)}`}
          {span.port !== undefined && ` · ${t('step.port', { port: span.port })}`}
        </span>
        <IconButton icon={X} size="sm" label={t('step.close')} onClick={onClose} className="ml-auto" />
      </header>
      {span.error && (
        <div className="max-h-40 shrink-0 overflow-auto px-3 pb-2">
          <ErrorNote error={span.error} />
        </div>
      )}
      {span.output !== undefined ? (
        <JsonView value={span.output} label={t('step.output')} className="border-t border-line" />
      ) : (
        !span.error && (
          <p className="px-3 pb-3 text-dim">{t(span.end === undefined ? 'step.running' : 'step.noOutput')}</p>
        )
      )}
    </section>
  );
}
