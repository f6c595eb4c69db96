import { type Calendar, readDates, WEEKDAYS } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { useCalendars } from './use-schedules.ts';

/** Calendars of days on which nothing runs. */
export function CalendarsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const calendars = useCalendars();
  const [open, setOpen] = useState<Calendar | 'new'>();
  const [removing, setRemoving] = useState<Calendar>();
  const remove = async ({ id, name }: Calendar) => {
    try {
      await api.deleteCalendar(id);
      toast.done(t('calendars.deleted', { name }));
    } catch (error) {
      toast.failed(error, t('calendars.deleteFailed'));
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.calendars });
  };
  if (open) return <CalendarForm {...(open !== 'new' && { calendar: open })} onClose={() => setOpen(undefined)} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('calendars.title')}
      description={t('calendars.body')}
      footer={
        <Button variant="primary" icon={Plus} onClick={() => setOpen('new')}>
          {t('calendars.add')}
        </Button>
      }
    >
      {calendars.data?.length === 0 && <p className="text-dim">{t('calendars.none')}</p>}
      <ul className="flex flex-col divide-y divide-line">
        {(calendars.data ?? []).map((calendar) => (
          <li key={calendar.id} className="flex items-center gap-3 py-2">
            <button
              type="button"
              onClick={() => setOpen(calendar)}
              className="min-w-0 flex-1 rounded text-left hover:underline"
            >
              <span className="block truncate font-medium">{calendar.name}</span>
              <span className="text-xs text-dim">
                {t('calendars.days', { count: calendar.days.length })} ·{' '}
                {t('calendars.used', { count: calendar.schedules })}
              </span>
            </button>
            <IconButton
              icon={Trash2}
              label={t('calendars.delete', { name: calendar.name })}
              onClick={() => setRemoving(calendar)}
            />
          </li>
        ))}
      </ul>
      {removing && (
        <ConfirmDialog
          open
          danger
          title={t('calendars.deleteTitle', { name: removing.name })}
          body={t('calendars.deleteBody')}
          confirmLabel={t('calendars.deleteShort')}
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Dialog>
  );
}

function CalendarForm({ calendar, onClose }: { calendar?: Calendar; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [name, setName] = useState(calendar?.name ?? '');
  const [weekdays, setWeekdays] = useState(calendar?.weekdays ?? []);
  const [text, setText] = useState(() => linesOf(calendar));
  const { days, faults } = readDates(text);
  const yearly = calendar?.days.filter((day) => day.yearly) ?? [];
  const save = async () => {
    const body = { name: name.trim(), description: calendar?.description ?? '', weekdays, days: [...days, ...yearly] };
    await (calendar ? api.changeCalendar(calendar.id, body) : api.createCalendar(body));
    toast.done(t('calendars.saved', { name: body.name }));
    await queries.invalidateQueries({ queryKey: fleetKeys.calendars });
    await queries.invalidateQueries({ queryKey: fleetKeys.schedules });
    onClose();
  };
  const [fault] = faults;
  return (
    <FormDialog
      title={t(calendar ? 'calendars.editTitle' : 'calendars.newTitle')}
      submitLabel={t('schedule.save')}
      ready={name.trim() !== '' && faults.length === 0 && weekdays.length < 7}
      onSubmit={save}
      onClose={onClose}
      size="md"
    >
      <Field label={t('schedule.name')} required>
        <TextInput autoFocus value={name} maxLength={200} onChange={setName} />
      </Field>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="pb-1 text-xs font-medium text-dim">{t('calendars.weekdays')}</legend>
        {[...WEEKDAYS.slice(1), WEEKDAYS[0]].map((day) => (
          <Checkbox
            key={day}
            label={t(`calendars.weekday.${day}`)}
            checked={weekdays.includes(day)}
            onChange={(on) => setWeekdays(on ? [...weekdays, day] : weekdays.filter((other) => other !== day))}
          />
        ))}
      </fieldset>
      <Field
        label={t('calendars.dates')}
        help={t('calendars.datesHelp', { count: days.length })}
        {...(fault && { error: t('calendars.line', { line: fault.line, message: fault.message }) })}
      >
        <TextArea
          mono
          rows={10}
          value={text}
          onChange={setText}
          placeholder={'2026-12-25 Christmas\n2026-12-24..2026-12-26'}
        />
      </Field>
    </FormDialog>
  );
}

/** Days of one year as they are typed. */
function linesOf(calendar: Calendar | undefined): string {
  return (calendar?.days ?? [])
    .filter(({ yearly }) => !yearly)
    .map(({ from, to, label }) => `${from}${to === null ? '' : `..${to}`}${label === '' ? '' : ` ${label}`}`)
    .join('\n');
}
