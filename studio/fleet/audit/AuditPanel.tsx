import type { AuditEntry } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';
import { JsonView } from '../../ui/JsonView.tsx';
import { Detail, DetailList, DetailPanel } from '../list/DetailPanel.tsx';

export function AuditPanel({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  return (
    <DetailPanel label={t('audit.entry')} title={entry.action} closeLabel={t('audit.close')} onClose={onClose}>
      <div className="min-h-0 flex-1 overflow-auto">
        <DetailList>
          <Detail name={t('audit.time')}>{formatFull(entry.at)}</Detail>
          <Detail name={t('audit.actor')}>{entry.actor}</Detail>
          <Detail name={t('audit.address')}>{entry.address ?? '–'}</Detail>
          <Detail name={t('audit.subject')}>
            <span className="font-mono text-xs break-all">{entry.subjectId ?? '–'}</span>
          </Detail>
          <Detail name={t('audit.request')}>
            <span className="font-mono text-xs break-all">{entry.requestId ?? '–'}</span>
          </Detail>
          <Detail name={t('audit.place')}>{entry.seq ?? t('audit.notYet')}</Detail>
        </DetailList>
        <div className="p-3">
          <JsonView value={entry.details} label={t('audit.details')} />
        </div>
      </div>
    </DetailPanel>
  );
}
