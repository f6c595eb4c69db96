import { MISSED_POLICIES, OVERLAP_POLICIES, type Schedule } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { useRobots, useVersion, useWorkflows } from '../use-fleet-data.ts';
import { InputFields } from '../workflows/InputFields.tsx';
import { type Drafts, firstDrafts, readDrafts } from '../workflows/submit-inputs.ts';
import { draftOf, newDraft, requestOf, type ScheduleDraft, timingOf } from './schedule-draft.ts';
import { TimingFields } from './TimingFields.tsx';
import { useCalendars } from './use-schedules.ts';

interface ScheduleDialogProps {
  /** The one to change; absent: a new one. */
  schedule?: Schedule;
  onClose: () => void;
  onDone: (schedule: Schedule) => void;
}

export function ScheduleDialog({ schedule, onClose, onDone }: ScheduleDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => (schedule ? draftOf(schedule, Date.now()) : newDraft(Date.now())));
  const change = (part: Partial<ScheduleDraft>) => setDraft((old) => ({ ...old, ...part }));
  const workflows = (useWorkflows().data ?? []).filter(({ publishedVersion }) => publishedVersion !== null);
  const workflow = workflows.find(({ id }) => id === draft.workflowId);
  const version = useVersion(draft.workflowId, schedule?.job.version ?? workflow?.publishedVersion ?? undefined);
  const declared = version.data?.document.inputs ?? [];
  const inputs = declared.filter(({ name }) => name !== schedule?.slotInput);
  const [typed, setTyped] = useState<Drafts>(() => givenDrafts(schedule));
  const drafts = { ...firstDrafts(inputs), ...typed };
  const { input, faults } = readDrafts(inputs, drafts);
  const timing = timingOf(draft);
  const ready =
    draft.name.trim() !== '' && workflow !== undefined && 'timing' in timing && Object.keys(faults).length === 0;
  const save = async () => {
    if (!('timing' in timing)) return;
    const request = requestOf(draft, timing.timing, input, schedule);
    const saved = schedule
      ? await api.changeSchedule(schedule.id, { ...request, revision: schedule.revision })
      : await api.createSchedule(request);
    toast.done(t(schedule ? 'schedule.saved' : 'schedule.created', { name: saved.name }));
    await queries.invalidateQueries({ queryKey: fleetKeys.schedules });
    onDone(saved);
  };
  return (
    <FormDialog
      title={schedule ? t('schedule.editTitle', { name: schedule.name }) : t('schedule.newTitle')}
      submitLabel={t(schedule ? 'schedule.save' : 'schedule.create')}
      ready={ready}
      onSubmit={save}
      onClose={onClose}
      size="xl"
    >
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('schedule.name')} required>
          <TextInput autoFocus value={draft.name} maxLength={200} onChange={(name) => change({ name })} />
        </Field>
        <Field
          label={t('schedule.workflow')}
          required
          {...(workflows.length === 0 && { help: t('schedule.noWorkflow') })}
        >
          <Select
            value={draft.workflowId || null}
            placeholder={t('schedule.chooseWorkflow')}
            onChange={(workflowId) => {
              setTyped({});
              change({ workflowId });
            }}
            options={workflows.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Field>
      </div>
      <TimingFields draft={draft} onChange={change} />
      {workflow && inputs.length > 0 && (
        <fieldset className="flex flex-col gap-3 border-t border-line pt-3">
          <legend className="sr-only">{t('schedule.inputs')}</legend>
          <InputFields inputs={inputs} drafts={drafts} faults={faults} onChange={setTyped} />
        </fieldset>
      )}
      <Rules draft={draft} onChange={change} />
    </FormDialog>
  );
}

/** The inputs of a job as fields hold them. */
function givenDrafts(schedule: Schedule | undefined): Drafts {
  const entries = Object.entries(schedule?.job.input ?? {}).map(([name, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return [name, isPlain ? value : JSON.stringify(value, null, 2)] as const;
  });
  return Object.fromEntries(entries);
}

interface RulesProps {
  draft: ScheduleDraft;
  onChange: (part: Partial<ScheduleDraft>) => void;
}

const anyRobot = '*';

function Rules({ draft, onChange }: RulesProps) {
  const { t } = useTranslation('fleet');
  const calendars = useCalendars().data ?? [];
  const robots = useRobots().data ?? [];
  const toggle = (id: string, on: boolean) =>
    onChange({ calendarIds: on ? [...draft.calendarIds, id] : draft.calendarIds.filter((other) => other !== id) });
  return (
    <div className="grid grid-cols-2 gap-3 border-t border-line pt-3">
      <Field label={t('schedule.overlap')} help={t('schedule.overlapHelp')}>
        <Select
          value={draft.overlap}
          onChange={(overlap) => onChange({ overlap })}
          options={OVERLAP_POLICIES.map((value) => ({ value, label: t(`schedule.overlaps.${value}`) }))}
        />
      </Field>
      <Field label={t('schedule.missed')} help={t('schedule.missedHelp')}>
        <Select
          value={draft.missed}
          onChange={(missed) => onChange({ missed })}
          options={MISSED_POLICIES.map((value) => ({ value, label: t(`schedule.misses.${value}`) }))}
        />
      </Field>
      <Field label={t('schedule.robot')}>
        <Select
          value={draft.robotId || anyRobot}
          onChange={(robotId) => onChange({ robotId: robotId === anyRobot ? '' : robotId })}
          options={[
            { value: anyRobot, label: t('schedule.anyRobot') },
            ...robots.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('submit.priority')}>
          <NumberInput value={draft.priority} onChange={(priority) => onChange({ priority })} min={0} max={20} />
        </Field>
        <Field label={t('submit.retries')}>
          <NumberInput value={draft.retries} onChange={(retries) => onChange({ retries })} min={0} max={20} />
        </Field>
      </div>
      {calendars.length > 0 && (
        <fieldset className="col-span-2 flex flex-wrap items-center gap-x-4 gap-y-1">
          <legend className="pb-1 text-xs font-medium text-dim">{t('schedule.calendarsLong')}</legend>
          {calendars.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={name}
              checked={draft.calendarIds.includes(id)}
              onChange={(on) => toggle(id, on)}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}
