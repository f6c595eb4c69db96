import type { Robot, RobotCommandName } from '@casare/shared';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { COMMANDS } from './robot-commands.ts';

/** Commands to the robots that are ticked; what came of each stands in its panel. */
export function RobotBulkBar({ robots, onClear }: { robots: readonly Robot[]; onClear: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  // The robots of the moment the dialog was opened: live changes must not change what was confirmed.
  const [asked, setAsked] = useState<{ command: RobotCommandName; robots: readonly Robot[] }>();
  const send = (command: RobotCommandName, to: readonly Robot[]) =>
    api
      .sendCommands(
        to.map(({ id }) => id),
        command,
      )
      .then(
        () => {
          toast.done(t('robotBulk.sent', { count: to.length }));
          onClear();
        },
        (error: unknown) => toast.failed(error, t('robotBulk.failed')),
      );
  return (
    <div
      role="toolbar"
      aria-label={t('robotBulk.label')}
      className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-3 py-1"
    >
      <span className="tabular font-medium">{t('robotBulk.selected', { count: robots.length })}</span>
      {COMMANDS.filter(({ command }) => command !== 'screenshot').map(({ command, icon, able }) => {
        const fitting = robots.filter(able);
        return (
          <Button
            key={command}
            size="sm"
            icon={icon}
            disabled={fitting.length === 0}
            onClick={() => setAsked({ command, robots: fitting })}
          >
            {t(`command.${command}`)}
          </Button>
        );
      })}
      <IconButton icon={X} size="sm" label={t('robotBulk.clear')} onClick={onClear} className="ml-auto" />
      {asked && (
        <ConfirmDialog
          open
          danger={asked.command === 'stop'}
          title={t('robotBulk.ask', { count: asked.robots.length, command: t(`command.${asked.command}`) })}
          body={`${t(`command.body.${asked.command}`)} ${asked.robots
            .slice(0, 10)
            .map(({ name }) => name)
            .join(', ')}${asked.robots.length > 10 ? ' …' : ''}`}
          confirmLabel={t(`command.${asked.command}`)}
          onConfirm={() => send(asked.command, asked.robots)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
