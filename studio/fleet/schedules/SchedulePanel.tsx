import type { Schedule } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Pause, Pencil, Play, Trash2, Zap } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { FiringList } from './FiringList.tsx';
import { ScheduleState } from './ScheduleState.tsx';
import { SlotList } from './SlotList.tsx';
import { useCalendars, useNextSlots, useSchedule } from './use-schedules.ts';
import { WhyForm } from './WhyForm.tsx';

const ScheduleDialog = lazy(async () => ({ default: (await import('./ScheduleDialog.tsx')).ScheduleDialog }));

/** One schedule: how it is set, its next slots, what became of the earlier ones and why. */
export function SchedulePanel({ scheduleId, onClose }: { scheduleId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const schedule = useSchedule(scheduleId);
  return (
    <DetailPanel
      label={t('schedule.details')}
      title={schedule.data?.name ?? t('schedule.details')}
      closeLabel={t('schedule.close')}
      onClose={onClose}
      actions={schedule.data && <Actions schedule={schedule.data} onGone={onClose} />}
    >
      <Loaded query={schedule} failed={t('schedule.failed')}>
        {(data) => (
          <>
            <Facts schedule={data} />
            <Slots schedule={data} />
          </>
        )}
      </Loaded>
    </DetailPanel>
  );
}

function Facts({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('fleet');
  const calendars = useCalendars().data ?? [];
  const names = schedule.calendarIds.map((id) => calendars.find((one) => one.id === id)?.name ?? id).join(', ');
  return (
    <DetailList>
      <Detail name={t('schedule.state')}>
        <ScheduleState state={schedule.state} />
      </Detail>
      <Detail name={t('schedule.when')}>{schedule.sentence}</Detail>
      <Detail name={t('schedule.workflow')}>
        <Link
          to="/fleet/workflows"
          search={{ workflow: schedule.job.workflowId }}
          className="rounded text-accent hover:underline"
        >
          {schedule.workflowName}
        </Link>
      </Detail>
      {names !== '' && <Detail name={t('schedule.calendars')}>{names}</Detail>}
      <Detail name={t('schedule.overlap')}>{t(`schedule.overlaps.${schedule.overlap}`)}</Detail>
      <Detail name={t('schedule.missed')}>{t(`schedule.misses.${schedule.missed}`)}</Detail>
      {schedule.description !== '' && <Detail name={t('schedule.description')}>{schedule.description}</Detail>}
    </DetailList>
  );
}

function Slots({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('fleet');
  const [tab, setTab] = useState<'next' | 'history' | 'why'>('next');
  const next = useNextSlots(schedule.id);
  return (
    <Tabs
      label={t('schedule.tabs')}
      value={tab}
      onChange={setTab}
      tabs={[
        {
          id: 'next',
          label: t('schedule.tab.next'),
          content: (
            <Loaded query={next} failed={t('schedule.nextFailed')}>
              {({ slots }) => (
                <div className="min-h-0 flex-1 overflow-auto">
                  <SlotList slots={slots} timeZone={schedule.timeZone} none={t(`schedule.none.${schedule.state}`)} />
                </div>
              )}
            </Loaded>
          ),
        },
        { id: 'history', label: t('schedule.tab.history'), content: <FiringList schedule={schedule} /> },
        { id: 'why', label: t('schedule.tab.why'), content: <WhyForm schedule={schedule} /> },
      ]}
    />
  );
}

function Actions({ schedule, onGone }: { schedule: Schedule; onGone: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const { id, name, state } = schedule;
  const act = async (work: () => Promise<void>, failed: string) => {
    try {
      await work();
    } catch (error) {
      toast.failed(error, failed);
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.schedules });
  };
  const run = () =>
    act(async () => {
      const { jobId } = await api.runSchedule(id);
      toast.done(t('schedule.ran', { name }), {
        action: {
          label: t('schedule.showJob'),
          onClick: () => void navigate({ to: '/fleet/jobs', search: { job: jobId } }),
        },
      });
    }, t('schedule.runFailed'));
  const pauseOrResume = () =>
    act(async () => {
      await (state === 'paused' ? api.resumeSchedule(id) : api.pauseSchedule(id));
      toast.done(t(state === 'paused' ? 'schedule.resumed' : 'schedule.paused', { name }));
    }, t('schedule.changeFailed'));
  return (
    <>
      <Button size="sm" icon={Zap} onClick={() => void run()}>
        {t('schedule.run')}
      </Button>
      {state !== 'ended' && (
        <Button size="sm" icon={state === 'paused' ? Play : Pause} onClick={() => void pauseOrResume()}>
          {t(state === 'paused' ? 'schedule.resume' : 'schedule.pause')}
        </Button>
      )}
      <IconButton icon={Pencil} label={t('schedule.edit')} onClick={() => setOpen('edit')} />
      <IconButton icon={Trash2} label={t('schedule.delete')} onClick={() => setOpen('delete')} />
      {open === 'edit' && (
        <Suspense>
          <ScheduleDialog schedule={schedule} onClose={() => setOpen(undefined)} onDone={() => setOpen(undefined)} />
        </Suspense>
      )}
      {open === 'delete' && (
        <ConfirmDialog
          open
          danger
          title={t('schedule.deleteTitle', { name })}
          body={t('schedule.deleteBody')}
          confirmLabel={t('schedule.delete')}
          onConfirm={() =>
            act(async () => {
              await api.deleteSchedule(id);
              toast.done(t('schedule.deleted', { name }));
              onGone();
            }, t('schedule.deleteFailed'))
          }
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
