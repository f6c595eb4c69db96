import { describeTiming, previewSlots } from '@casare/shared';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Chip } from '../../ui/Chip.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toInstant } from './local-time.ts';
import { type ScheduleDraft, timingOf, UNITS } from './schedule-draft.ts';
import { SlotList } from './SlotList.tsx';
import { useCalendars } from './use-schedules.ts';

const KINDS = ['cron', 'interval', 'once'] as const;
const EXAMPLES = ['0 9 * * 1-5', '*/15 * * * *', '0 * * * *', '0 6 * * 1', '0 18 L * *'] as const;

interface TimingFieldsProps {
  draft: ScheduleDraft;
  onChange: (part: Partial<ScheduleDraft>) => void;
}

/** When it runs, with the sentence and the next slots beside it while one types. */
export function TimingFields({ draft, onChange }: TimingFieldsProps) {
  const { t } = useTranslation('fleet');
  const timing = timingOf(draft);
  const fault = 'fault' in timing ? timing : undefined;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-4 border-t border-line pt-3">
      <div className="flex flex-col gap-3">
        <div role="group" aria-label={t('schedule.kind')} className="flex gap-1">
          {KINDS.map((kind) => (
            <Chip key={kind} selected={draft.kind === kind} onClick={() => onChange({ kind })}>
              {t(`schedule.kinds.${kind}`)}
            </Chip>
          ))}
        </div>
        {draft.kind === 'cron' && (
          <Field
            label={t('schedule.cron')}
            help={t('schedule.cronHelp')}
            required
            {...(fault?.fault === 'cron' && { error: fault.message ?? t('schedule.faults.cron') })}
          >
            <TextInput mono value={draft.cron} maxLength={200} onChange={(cron) => onChange({ cron })} />
          </Field>
        )}
        {draft.kind === 'cron' && (
          <div className="flex flex-wrap gap-1" role="group" aria-label={t('schedule.examples')}>
            {EXAMPLES.map((cron) => (
              <Chip key={cron} selected={draft.cron === cron} onClick={() => onChange({ cron })}>
                {t(`schedule.example.${cron}`)}
              </Chip>
            ))}
          </div>
        )}
        {draft.kind === 'interval' && (
          <div className="grid grid-cols-2 gap-2">
            <Field label={t('schedule.every')} {...(fault?.fault === 'every' && { error: t('schedule.faults.every') })}>
              <NumberInput value={draft.every} onChange={(every) => onChange({ every })} min={1} />
            </Field>
            <Field label={t('schedule.unit')}>
              <Select
                value={draft.unit}
                onChange={(unit) => onChange({ unit })}
                options={(Object.keys(UNITS) as ScheduleDraft['unit'][]).map((value) => ({
                  value,
                  label: t(`schedule.units.${value}`),
                }))}
              />
            </Field>
          </div>
        )}
        {draft.kind !== 'cron' && (
          <Field
            label={t(draft.kind === 'once' ? 'schedule.onceAt' : 'schedule.anchor')}
            {...(fault?.fault === 'at' && { error: t('schedule.faults.at') })}
          >
            <TextInput type="datetime-local" value={draft.at} onChange={(at) => onChange({ at })} />
          </Field>
        )}
        <ZoneField draft={draft} onChange={onChange} isWrong={fault?.fault === 'zone'} />
        <div className="grid grid-cols-2 gap-2">
          <Field label={t('schedule.startsAt')}>
            <TextInput type="datetime-local" value={draft.startsAt} onChange={(startsAt) => onChange({ startsAt })} />
          </Field>
          <Field label={t('schedule.endsAt')}>
            <TextInput type="datetime-local" value={draft.endsAt} onChange={(endsAt) => onChange({ endsAt })} />
          </Field>
        </div>
      </div>
      <Preview draft={draft} />
    </div>
  );
}

function ZoneField({ draft, onChange, isWrong }: TimingFieldsProps & { isWrong: boolean }) {
  const { t } = useTranslation('fleet');
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')], []);
  return (
    <Field label={t('schedule.zone')} {...(isWrong && { error: t('schedule.faults.zone') })}>
      <TextInput list="schedule-zones" value={draft.timeZone} onChange={(timeZone) => onChange({ timeZone })} />
      <datalist id="schedule-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </Field>
  );
}

function Preview({ draft }: { draft: ScheduleDraft }) {
  const { t } = useTranslation('fleet');
  const calendars = useCalendars().data;
  const [now] = useState(() => Date.now());
  const read = timingOf(draft);
  const shown = useMemo(() => {
    const timing = timingOf(draft);
    if (!('timing' in timing)) return undefined;
    const plan = {
      timing: timing.timing,
      timeZone: draft.timeZone,
      startsAt: toInstant(draft.startsAt, draft.timeZone) ?? null,
      endsAt: toInstant(draft.endsAt, draft.timeZone) ?? null,
    };
    const own = (calendars ?? []).filter(({ id }) => draft.calendarIds.includes(id));
    return previewSlots(plan, own, { after: now, runs: 20, most: 200 });
  }, [draft, calendars, now]);
  return (
    <section
      aria-label={t('schedule.preview')}
      className="flex h-80 min-h-0 flex-col rounded-md border border-line bg-inset"
    >
      <p className="border-b border-line px-3 py-2 font-medium" role="status">
        {'timing' in read ? describeTiming(read.timing, draft.timeZone) : t('schedule.noPreview')}
      </p>
      <div className="min-h-0 flex-1 overflow-auto">
        {shown && <SlotList slots={shown} timeZone={draft.timeZone} none={t('schedule.never')} />}
      </div>
    </section>
  );
}
