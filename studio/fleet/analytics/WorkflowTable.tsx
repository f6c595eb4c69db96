import type { Analytics } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { FormDialog } from '../list/FormDialog.tsx';

type Row = Analytics['workflows'][number];

const SORTS = ['jobs', 'slowest', 'failing', 'saved'] as const;
type Sort = (typeof SORTS)[number];

const keyOf: Record<Sort, (row: Row) => number> = {
  jobs: (row) => row.completed + row.failed + row.cancelled,
  slowest: ({ duration }) => duration.p90 ?? -1,
  failing: ({ failed }) => failed,
  saved: ({ hoursSaved }) => hoursSaved ?? -1,
};
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const count = new Intl.NumberFormat();

/** Workflows side by side: how many jobs, how many failed, which are slow, what they save. */
export function WorkflowTable({ workflows }: { workflows: readonly Row[] }) {
  const { t } = useTranslation('fleet');
  const [sort, setSort] = useState<Sort>('slowest');
  const [editing, setEditing] = useState<Row>();
  const rows = workflows.toSorted((a, b) => keyOf[sort](b) - keyOf[sort](a));
  const columns = ['workflow', 'jobs', 'failed', 'success', 'p50', 'p90', 'p99', 'waits', 'saved'] as const;
  return (
    <section className="shrink-0 rounded-md border border-line bg-surface">
      <header className="flex items-center gap-3 border-b border-line px-3 py-2">
        <h2 className="font-semibold">{t('analytics.workflows')}</h2>
        <Select
          aria-label={t('analytics.sort')}
          className="!w-44"
          value={sort}
          onChange={setSort}
          options={SORTS.map((value) => ({ value, label: t(`analytics.sorts.${value}`) }))}
        />
      </header>
      <div className="overflow-x-auto">
        <table className="tabular w-full text-left">
          <thead className="text-xs text-faint">
            <tr>
              {columns.map((column) => (
                <th key={column} className={`px-3 py-1.5 font-medium ${column === 'workflow' ? '' : 'text-right'}`}>
                  {t(`analytics.columns.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.workflowId} className="border-t border-line">
                <td className="max-w-72 truncate px-3 py-1.5">
                  <Link
                    to="/fleet/analytics"
                    search={(old) => ({ ...old, workflow: row.workflowId })}
                    className="rounded font-medium hover:underline"
                  >
                    {row.name}
                  </Link>
                </td>
                <td className="px-3 text-right">{count.format(keyOf.jobs(row))}</td>
                <td className={`px-3 text-right ${row.failed > 0 ? 'text-bad' : ''}`}>{count.format(row.failed)}</td>
                <td className="px-3 text-right">{row.successRate === null ? '–' : percent.format(row.successRate)}</td>
                {(['p50', 'p90', 'p99'] as const).map((name) => (
                  <td key={name} className="px-3 text-right whitespace-nowrap">
                    {shown(row.duration[name])}
                  </td>
                ))}
                <td className="px-3 text-right whitespace-nowrap">{shown(row.waiting.p50)}</td>
                <td className="px-3 text-right whitespace-nowrap">
                  <span className="inline-flex items-center gap-1">
                    {row.hoursSaved === null ? '–' : t('analytics.hours', { hours: count.format(row.hoursSaved) })}{' '}
                    <IconButton
                      icon={Pencil}
                      label={t('analytics.setMinutes', { name: row.name })}
                      onClick={() => setEditing(row)}
                    />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {editing && <MinutesDialog row={editing} onClose={() => setEditing(undefined)} />}
    </section>
  );
}

function shown(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}

function MinutesDialog({ row, onClose }: { row: Row; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState(row.manualMinutes);
  return (
    <FormDialog
      title={t('analytics.minutesTitle', { name: row.name })}
      submitLabel={t('schedule.save')}
      ready={minutes === null || minutes > 0}
      onSubmit={async () => {
        await api.setManualMinutes(row.workflowId, minutes);
        await queries.invalidateQueries({ queryKey: ['fleet', 'analytics'] });
        onClose();
      }}
      onClose={onClose}
    >
      <Field label={t('analytics.minutes')} help={t('analytics.minutesHelp')}>
        <NumberInput value={minutes} onChange={setMinutes} min={0} />
      </Field>
    </FormDialog>
  );
}
