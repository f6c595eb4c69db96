import type { FleetTask, HumanValues } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';

/** How a question ended. */
export function TaskOutcome({ task: { state, answer, answeredBy, settledAt, task } }: { task: FleetTask }) {
  const { t } = useTranslation('fleet');
  const time = formatFull(settledAt);
  if (!answer)
    return <p className="text-dim">{t(state === 'expired' ? 'task.expiredAt' : 'task.cancelledAt', { time })}</p>;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-dim">{t('task.answeredBy', { name: answeredBy ?? '', time })}</p>
      {task.text !== '' && <p className="whitespace-pre-wrap break-words">{task.text}</p>}
      <dl className="grid grid-cols-[minmax(80px,auto)_minmax(0,1fr)] gap-x-4 gap-y-2">
        <dt className="text-faint">{t('task.answer')}</dt>
        <dd className="font-medium">{wordOf(answer.choice)}</dd>
        {task.fields
          .filter(({ name }) => name in answer.values)
          .map(({ name, label }) => (
            <Given key={name} label={label || name} value={answer.values[name] ?? null} />
          ))}
        {answer.comment !== '' && <Given label={t('task.comment')} value={answer.comment} />}
      </dl>
    </div>
  );

  function wordOf(choice: string): string {
    if (task.kind === 'approve') return choice;
    return t(choice === 'submit' ? 'task.submitted' : choice === 'decline' ? 'task.declined' : 'task.seen');
  }
}

function Given({ label, value }: { label: string; value: HumanValues[string] }) {
  const { t } = useTranslation('fleet');
  const text =
    value === null || value === '' ? '–' : typeof value === 'boolean' ? t(value ? 'task.yes' : 'task.no') : value;
  return (
    <>
      <dt className="text-faint">{label}</dt>
      <dd className="min-w-0 whitespace-pre-wrap break-words">{text}</dd>
    </>
  );
}
