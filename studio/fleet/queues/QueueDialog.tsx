import type { FleetQueue, NewQueue } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';

type Settings = Required<NewQueue>;

const fresh: Settings = {
  name: '',
  description: '',
  uniqueReference: false,
  maxRetries: 1,
  retryAbandoned: true,
  retryDelaySeconds: 0,
  retryDoubles: false,
  slaSeconds: null,
  riskSeconds: null,
  contentSchema: null,
  paused: false,
  retentionDays: null,
};

function settingsOf(queue: FleetQueue): Settings {
  return Object.fromEntries(Object.keys(fresh).map((name) => [name, queue[name as keyof Settings]])) as Settings;
}

/** Makes a queue, or changes the settings of one. */
export function QueueDialog({ queue, onClose }: { queue?: FleetQueue; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<Settings>(() => (queue ? settingsOf(queue) : fresh));
  const [schema, setSchema] = useState(() => (form.contentSchema ? JSON.stringify(form.contentSchema, null, 2) : ''));
  const set =
    <Name extends keyof Settings>(name: Name) =>
    (value: Settings[Name]) =>
      setForm((old) => ({ ...old, [name]: value }));
  const contentSchema = schemaOf(schema);
  const risky = form.riskSeconds !== null && (form.slaSeconds === null || form.riskSeconds >= form.slaSeconds);
  const minutes = (name: 'slaSeconds' | 'riskSeconds') => ({
    value: form[name] === null ? null : form[name] / 60,
    onChange: (value: number | null) => set(name)(value === null ? null : Math.round(value * 60)),
    min: 1,
    max: 525_600,
    unit: t('queue.minutes'),
  });
  const save = async () => {
    const settings = { ...form, name: form.name.trim(), contentSchema: contentSchema ?? null };
    const saved = queue ? await api.changeQueue(queue.id, settings) : await api.createQueue(settings);
    await queries.invalidateQueries({ queryKey: fleetKeys.queues });
    toast.done(t(queue ? 'queue.saved' : 'queue.made', { name: saved.name }));
    onClose();
    if (!queue) void navigate({ to: '/fleet/queues/$queueId', params: { queueId: saved.id } });
  };
  return (
    <FormDialog
      title={queue ? t('queue.changeTitle', { name: queue.name }) : t('queues.create')}
      submitLabel={t(queue ? 'queue.save' : 'queues.create')}
      ready={form.name.trim() !== '' && !risky && contentSchema !== undefined}
      onSubmit={save}
      onClose={onClose}
      size="md"
    >
      <Field label={t('queue.name')} help={t('queue.nameHelp')} required>
        <TextInput value={form.name} onChange={set('name')} maxLength={200} placeholder="invoices" />
      </Field>
      <Field label={t('queue.description')}>
        <TextInput value={form.description} onChange={set('description')} maxLength={2000} />
      </Field>
      <Switch checked={form.uniqueReference} onChange={set('uniqueReference')} label={t('queue.unique')} />
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('queue.retries')} help={t('queue.retriesHelp')}>
          <NumberInput value={form.maxRetries} onChange={(value) => set('maxRetries')(value ?? 0)} min={0} max={50} />
        </Field>
        <Field label={t('queue.retryDelay')} help={t('queue.retryDelayHelp')}>
          <NumberInput
            value={form.retryDelaySeconds}
            onChange={(value) => set('retryDelaySeconds')(value ?? 0)}
            min={0}
            max={604_800}
            unit="s"
          />
        </Field>
        <Switch checked={form.retryDoubles} onChange={set('retryDoubles')} label={t('queue.retryDoubles')} />
        <Switch checked={form.retryAbandoned} onChange={set('retryAbandoned')} label={t('queue.retryAbandoned')} />
        <Field label={t('queue.sla')} help={t('queue.slaHelp')}>
          <NumberInput {...minutes('slaSeconds')} />
        </Field>
        <Field label={t('queue.riskAfter')} help={t('queue.riskHelp')} {...(risky && { error: t('queue.riskError') })}>
          <NumberInput {...minutes('riskSeconds')} />
        </Field>
        <Field label={t('queue.retention')} help={t('queue.retentionHelp')}>
          <NumberInput
            value={form.retentionDays}
            onChange={set('retentionDays')}
            min={1}
            max={3650}
            unit={t('queue.days')}
          />
        </Field>
      </div>
      <Field
        label={t('queue.schema')}
        help={t('queue.schemaHelp')}
        {...(contentSchema === undefined && { error: t('queue.schemaError') })}
      >
        <TextArea
          value={schema}
          onChange={setSchema}
          mono
          rows={3}
          placeholder='{ "type": "object", "required": ["amount"] }'
        />
      </Field>
    </FormDialog>
  );
}

/** Null: none; undefined: what is written is no object. */
function schemaOf(text: string): Settings['contentSchema'] | undefined {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as NonNullable<Settings['contentSchema']>)
      : undefined;
  } catch {
    return undefined;
  }
}
