import type { Robot, RobotCommandName } from '@casare/shared';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { COMMANDS } from './robot-commands.ts';

/** Commands to one robot; each is confirmed, saying what it does. */
export function RobotMenu({ robot, compact = false }: { robot: Robot; compact?: boolean }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [asked, setAsked] = useState<RobotCommandName>();
  const send = (command: RobotCommandName) =>
    api.sendCommand(robot.id, command).then(
      () => toast.done(t(`command.sent.${command}`, { name: robot.name })),
      (error: unknown) => toast.failed(error, t('command.failed', { name: robot.name })),
    );
  const name = t('command.menu', { name: robot.name });
  return (
    // Clicks in here are not clicks on the row it stands in.
    <span onClick={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>
      <Menu
        align="end"
        trigger={
          compact ? (
            <button
              type="button"
              aria-label={name}
              className="inline-flex size-6.5 items-center justify-center rounded-md text-dim hover:bg-active hover:text-text"
            >
              <EllipsisVertical size={15} aria-hidden />
            </button>
          ) : (
            <Button size="sm" icon={EllipsisVertical} aria-label={name}>
              {t('command.title')}
            </Button>
          )
        }
        items={COMMANDS.map(({ command, icon, able }) => ({
          id: command,
          label: t(`command.${command}`),
          icon,
          danger: command === 'stop',
          disabled: !able(robot),
          onSelect: () => setAsked(command),
        }))}
      />
      {asked && (
        <ConfirmDialog
          open
          danger={asked === 'stop'}
          title={t(`command.ask.${asked}`, { name: robot.name })}
          body={t(`command.body.${asked}`)}
          confirmLabel={t(`command.${asked}`)}
          onConfirm={() => send(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </span>
  );
}
