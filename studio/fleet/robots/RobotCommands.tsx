import type { CommandState, RobotCommandRecord } from '@casare/shared';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Tone } from '../../ui/tone.ts';
import { saveBlob } from '../evidence/use-content.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { useCommands } from './use-commands.ts';

const TONES: Record<CommandState, Tone> = {
  queued: 'mute',
  delivered: 'info',
  done: 'ok',
  failed: 'bad',
  expired: 'warn',
};

/** The last commands with what came of them. */
export function RobotCommands({ robotId }: { robotId: string }) {
  const { t } = useTranslation('fleet');
  const commands = useCommands(robotId);
  const rows = commands.data ?? [];
  return (
    <section aria-label={t('robot.commands')}>
      <h3 className="px-3 pt-3 pb-1 text-xs font-semibold text-faint">{t('robot.commands')}</h3>
      {rows.length === 0 && <p className="px-3 text-dim">{t('robot.noCommands')}</p>}
      <ul>
        {rows.slice(0, 8).map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Row({ row }: { row: RobotCommandRecord }) {
  const { t } = useTranslation('fleet');
  return (
    <li className="flex min-h-8 items-center gap-2 px-3 py-1">
      <span className="w-24 shrink-0">
        <Badge tone={TONES[row.state]}>{t(`commandState.${row.state}`)}</Badge>
      </span>
      <span className="min-w-0 flex-1">
        {t(`command.${row.command}`)}{' '}
        <span className="text-xs text-faint">{t('command.by', { name: row.createdBy })}</span>
        {row.reason !== null && <span className="block text-xs text-dim">{row.reason}</span>}
      </span>
      {row.artifactId !== null && <Save artifactId={row.artifactId} />}
      <Age time={row.createdAt} className="w-12 shrink-0 text-right text-xs text-faint" />
    </li>
  );
}

function Save({ artifactId }: { artifactId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const save = async () => {
    const artifact = await api.artifact(artifactId);
    saveBlob(await api.content(artifact), artifact.name);
  };
  return (
    <IconButton
      icon={Download}
      size="sm"
      label={t('robot.saveResult')}
      onClick={() => void save().catch((error: unknown) => toast.failed(error, t('robot.notSaved')))}
    />
  );
}
