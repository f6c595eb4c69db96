import type { Robot } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatMegabytes } from '../../format/size.ts';
import { formatFull } from '../../format/time.ts';
import { Button } from '../../ui/Button.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { JobDuration } from '../jobs/use-job-columns.tsx';
import { Detail, DetailList, DetailPanel } from '../list/DetailPanel.tsx';
import { useJobs } from '../use-fleet-data.ts';
import { Capabilities } from './Capabilities.tsx';
import { EditRobot } from './EditRobot.tsx';
import { Load } from './Load.tsx';
import { RobotCommands } from './RobotCommands.tsx';
import { RobotDoctor } from './RobotDoctor.tsx';
import { RobotLoad } from './RobotLoad.tsx';
import { RobotMenu } from './RobotMenu.tsx';

export function RobotPanel({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const [editing, setEditing] = useState(false);
  return (
    <DetailPanel
      label={t('robot.details', { name: robot.name })}
      title={robot.name}
      closeLabel={t('robot.close')}
      onClose={onClose}
      actions={
        <>
          <Button size="sm" icon={Pencil} onClick={() => setEditing(true)}>
            {t('routing.edit')}
          </Button>
          <RobotMenu robot={robot} />
        </>
      }
    >
      <div className="min-h-0 flex-1 overflow-auto">
        <DetailList>
          <Detail name={t('robot.state')}>
            <StatusBadge status={robot.state} />
            {robot.blocked !== null && <span className="ml-2 text-warn">{t(`robot.blocked.${robot.blocked}`)}</span>}
          </Detail>
          <Detail name={t('robot.heartbeat')}>
            <Age time={robot.lastHeartbeatAt} />
          </Detail>
          <Detail name={t('robot.jobs')}>
            {t('robot.jobsOf', { now: robot.runningJobs, max: robot.maxConcurrentJobs })}
          </Detail>
          <Detail name={t('robot.cpu')}>
            <Load percent={robot.state === 'offline' ? null : robot.cpuPercent} label={t('robot.cpu')} />
          </Detail>
          <Detail name={t('robot.memory')}>
            <Load percent={robot.state === 'offline' ? null : robot.memoryPercent} label={t('robot.memory')} />
          </Detail>
          <Detail name={t('robot.disk')}>
            {robot.diskFreeMb === null ? '–' : t('robot.diskFree', { free: formatMegabytes(robot.diskFreeMb) })}
          </Detail>
          <Detail name={t('robot.machine')}>
            {robot.hostname} · {robot.platform}
          </Detail>
          <Detail name={t('robot.size')}>
            {t('robot.sizeOf', { cores: robot.cores, memory: formatMegabytes(robot.memoryMb) })}
          </Detail>
          <Detail name={t('robot.version')}>{robot.version}</Detail>
          <Detail name={t('robot.environment')}>{robot.environment ?? '–'}</Detail>
          <Detail name={t('robot.registered')}>{formatFull(robot.registeredAt)}</Detail>
          <Detail name={t('robot.capabilities')}>
            <Capabilities names={robot.capabilities} wrap />
          </Detail>
          <Detail name={t('robot.tags')}>
            <Capabilities names={robot.tags} wrap />
          </Detail>
          <Detail name={t('routing.groups')}>
            <Capabilities names={robot.routing?.groups.map(({ name }) => name) ?? []} wrap />
          </Detail>
        </DetailList>
        <RobotLoad robotId={robot.id} />
        <RobotDoctor robotId={robot.id} />
        <RobotCommands robotId={robot.id} />
        <RobotJobs robot={robot} />
      </div>
      {editing && <EditRobot robot={robot} onClose={() => setEditing(false)} />}
    </DetailPanel>
  );
}

const SHOWN = 15;

function RobotJobs({ robot }: { robot: Robot }) {
  const { t } = useTranslation('fleet');
  const jobs = useJobs(useMemo(() => ({ robotId: robot.id }), [robot.id]));
  const rows = jobs.data?.pages[0]?.items.slice(0, SHOWN) ?? [];
  return (
    <section aria-label={t('robot.lastJobs')}>
      <h3 className="flex items-center px-3 pt-3 pb-1 text-xs font-semibold text-faint">
        {t('robot.lastJobs')}
        <Link
          to="/fleet/jobs"
          search={{ robot: robot.id }}
          className="ml-auto rounded font-normal text-accent hover:underline"
        >
          {t('robot.allJobs')}
        </Link>
      </h3>
      {rows.length === 0 && (
        <p className="px-3 pb-3 text-dim">{t(jobs.isPending ? 'robot.loadingJobs' : 'robot.noJobs')}</p>
      )}
      <ul className="pb-3">
        {rows.map((job) => (
          <li key={job.id}>
            <Link
              to="/fleet/jobs/$jobId"
              params={{ jobId: job.id }}
              className="flex h-8 items-center gap-2 px-3 outline-offset-[-2px] hover:bg-hover"
            >
              <StatusBadge status={job.state} look="plain" className="w-24 shrink-0" />
              <span className="min-w-0 flex-1 truncate">{job.workflowName}</span>
              <span className="text-xs text-dim">
                <JobDuration job={job} />
              </span>
              <Age time={job.createdAt} className="w-12 text-right text-xs text-faint" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
