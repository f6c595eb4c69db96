import { type AppError, asAppError, openTimeZone, type Schedule, type ScheduleWhy } from '@casare/shared';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { SlotTime } from './SlotTime.tsx';
import { toInstant, toLocalInput } from './local-time.ts';

/** Why it ran, or did not run, at a time. */
export function WhyForm({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [time, setTime] = useState(() => toLocalInput(Date.now(), openTimeZone(schedule.timeZone)));
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ScheduleWhy>();
  const [error, setError] = useState<AppError>();
  const at = toInstant(time, schedule.timeZone);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    if (at === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      setAnswer(await api.whySchedule(schedule.id, at));
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void ask(event)} className="flex flex-col gap-3 overflow-auto p-3">
      <div className="flex items-end gap-2">
        <Field label={t('schedule.whyAt', { zone: schedule.timeZone })} className="flex-1">
          <TextInput type="datetime-local" step={1} value={time} onChange={setTime} />
        </Field>
        <Button type="submit" loading={busy} disabled={at === undefined}>
          {t('schedule.why')}
        </Button>
      </div>
      {error && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {error.message}
        </p>
      )}
      {answer && (
        <div role="status" className="rounded-md bg-inset px-3 py-2">
          <p className="font-medium">{answer.sentence}</p>
          {answer.next && (
            <p className="mt-1 text-xs text-dim">
              {t('schedule.whyNext')} <SlotTime time={answer.next.at} timeZone={schedule.timeZone} />
            </p>
          )}
        </div>
      )}
    </form>
  );
}
