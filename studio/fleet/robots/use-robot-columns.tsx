import type { Robot } from '@casare/shared';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { Capabilities } from './Capabilities.tsx';
import { Load } from './Load.tsx';
import { RobotMenu } from './RobotMenu.tsx';

export function useRobotColumns(narrow: boolean): TableColumn<Robot>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const columns: TableColumn<Robot>[] = [
      {
        id: 'name',
        header: t('robot.name'),
        width: 'minmax(110px,1.2fr)',
        sortable: true,
        cell: (robot) => (
          <span className="flex min-w-0 items-baseline gap-2">
            <span className="truncate font-medium">{robot.name}</span>
            {robot.hostname !== robot.name && (
              <span className="hidden truncate text-xs text-faint xl:inline">{robot.hostname}</span>
            )}
          </span>
        ),
      },
      {
        id: 'state',
        header: t('robot.state'),
        width: '96px',
        sortable: true,
        cell: (robot) => <StatusBadge status={robot.state} look="plain" />,
      },
      {
        id: 'jobs',
        header: t('robot.jobs'),
        width: '54px',
        align: 'end',
        sortable: true,
        cell: (robot) => `${robot.runningJobs} / ${robot.maxConcurrentJobs}`,
      },
      {
        id: 'heartbeat',
        header: t('robot.heartbeat'),
        width: '76px',
        align: 'end',
        sortable: true,
        cell: (robot) => <Age time={robot.lastHeartbeatAt} className="text-dim" />,
      },
    ];
    if (!narrow) {
      columns.push(
        {
          id: 'cpu',
          header: t('robot.cpu'),
          width: '104px',
          sortable: true,
          cell: (robot) => <Load percent={online(robot, robot.cpuPercent)} label={t('robot.cpu')} />,
        },
        {
          id: 'memory',
          header: t('robot.memory'),
          width: '104px',
          sortable: true,
          cell: (robot) => <Load percent={online(robot, robot.memoryPercent)} label={t('robot.memory')} />,
        },
        {
          id: 'capabilities',
          header: t('robot.capabilities'),
          width: 'minmax(112px,1.6fr)',
          cell: (robot) => <Capabilities names={robot.capabilities} />,
        },
        {
          id: 'version',
          header: t('robot.version'),
          width: '66px',
          cell: (robot) => <span className="text-dim">{robot.version}</span>,
        },
      );
    }
    columns.push({ id: 'menu', header: '', width: '44px', cell: (robot) => <RobotMenu robot={robot} compact /> });
    return columns;
  }, [t, narrow]);
}

/** What an offline robot last reported is no news. */
function online(robot: Robot, value: number | null): number | null {
  return robot.state === 'offline' ? null : value;
}
