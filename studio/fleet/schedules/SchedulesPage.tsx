import { type Schedule, SCHEDULE_STATES } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { CalendarClock, CalendarOff, Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { useWorkflows } from '../use-fleet-data.ts';
import { SchedulePanel } from './SchedulePanel.tsx';
import { Outcome, ScheduleState } from './ScheduleState.tsx';
import type { SchedulesSearch } from './schedules-search.ts';
import { SlotTime } from './SlotTime.tsx';
import { useSchedules } from './use-schedules.ts';

const ScheduleDialog = lazy(async () => ({ default: (await import('./ScheduleDialog.tsx')).ScheduleDialog }));
const CalendarsDialog = lazy(async () => ({ default: (await import('./CalendarsDialog.tsx')).CalendarsDialog }));

const route = getRouteApi('/fleet/schedules');

/** When jobs start by themselves, and what became of it. */
export function SchedulesPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState<'new' | 'calendars'>();
  const workflows = useWorkflows().data ?? [];
  const filter = useMemo(
    () => ({ state: search.state, workflowId: search.workflow, search: search.q }),
    [search.state, search.workflow, search.q],
  );
  const list = useSchedules(filter);
  const columns = useColumns(search.schedule !== undefined);
  const setSearch = (change: { [K in keyof SchedulesSearch]?: string | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as SchedulesSearch, replace });
  const filtered = search.state !== undefined || search.q !== undefined || search.workflow !== undefined;
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setOpen('new')}>
      {t('schedules.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.schedules')}
        filters={
          <FilterBar
            search={{
              label: t('schedules.search'),
              placeholder: t('schedules.searchShort'),
              value: search.q,
              onChange: (q) => setSearch({ q }, true),
            }}
            count={t('schedules.shown', { count: list.rows.length })}
            busy={list.busy}
            onClear={filtered ? () => setSearch({ q: undefined, state: undefined, workflow: undefined }) : undefined}
            actions={
              <>
                <Button icon={CalendarOff} onClick={() => setOpen('calendars')}>
                  {t('calendars.open')}
                </Button>
                {add}
              </>
            }
          >
            <ChoiceSelect
              label={t('schedule.workflow')}
              anyLabel={t('schedules.anyWorkflow')}
              oneLabel={t('schedules.oneWorkflow')}
              value={search.workflow}
              onChange={(workflow) => setSearch({ workflow })}
              options={workflows.map(({ id, name }) => ({ value: id, label: name }))}
            />
            <ChoiceChips
              options={SCHEDULE_STATES}
              value={search.state}
              onChange={(state) => setSearch({ state })}
              labelOf={(state) => t(`schedule.states.${state}`)}
            />
          </FilterBar>
        }
        list={list}
        failed={t('schedules.failed')}
        table={{
          columns,
          rowKey: ({ id }) => id,
          openKey: search.schedule,
          onOpen: ({ id }) => setSearch({ schedule: id }, search.schedule !== undefined),
          empty: filtered ? (
            <EmptyState icon={CalendarClock} title={t('schedules.noneFound')} body={t('schedules.noneFoundBody')} />
          ) : (
            <EmptyState icon={CalendarClock} title={t('schedules.none')} body={t('schedules.noneBody')} actions={add} />
          ),
        }}
        panel={{
          storageKey: 'schedule-panel',
          resizeLabel: t('schedule.resize'),
          width: 500,
          content: search.schedule && (
            <SchedulePanel
              key={search.schedule}
              scheduleId={search.schedule}
              onClose={() => setSearch({ schedule: undefined })}
            />
          ),
        }}
      />
      <Suspense>
        {open === 'new' && (
          <ScheduleDialog
            onClose={() => setOpen(undefined)}
            onDone={({ id }) => {
              setOpen(undefined);
              setSearch({ schedule: id });
            }}
          />
        )}
        {open === 'calendars' && <CalendarsDialog onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}

function useColumns(narrow: boolean): TableColumn<Schedule>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const state: TableColumn<Schedule> = {
      id: 'state',
      header: t('schedule.state'),
      width: '92px',
      cell: (schedule) => <ScheduleState state={schedule.state} look="plain" />,
    };
    const name: TableColumn<Schedule> = {
      id: 'name',
      header: t('schedule.name'),
      width: 'minmax(110px,1.2fr)',
      cell: (schedule) => <span className="truncate font-medium">{schedule.name}</span>,
    };
    const next: TableColumn<Schedule> = {
      id: 'next',
      header: t('schedule.next'),
      width: '196px',
      cell: ({ nextRunAt, timeZone }) => <SlotTime time={nextRunAt} timeZone={timeZone} />,
    };
    if (narrow) return [name, next];
    return [
      state,
      name,
      {
        id: 'sentence',
        header: t('schedule.when'),
        width: 'minmax(180px,1.6fr)',
        cell: ({ sentence }) => (
          <span className="truncate text-dim" title={sentence}>
            {sentence}
          </span>
        ),
      },
      {
        id: 'workflow',
        header: t('schedule.workflow'),
        width: 'minmax(110px,1fr)',
        cell: ({ workflowName }) => <span className="truncate">{workflowName}</span>,
      },
      next,
      {
        id: 'last',
        header: t('schedule.last'),
        width: '110px',
        cell: ({ lastFiring }) =>
          lastFiring ? <Outcome outcome={lastFiring.outcome} /> : <span className="text-faint">–</span>,
      },
    ];
  }, [narrow, t]);
}
