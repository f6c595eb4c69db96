import type { Trigger, TriggerInput, TriggerKind } from '@casare/shared';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { FormDialog } from '../list/FormDialog.tsx';
import { readInput } from './read-input.ts';
import { draftsOf, initialDrafts, isFilled, otherSettings, readDrafts } from './setting-fields.ts';
import { SettingInputs, WorkflowSelect } from './SettingInputs.tsx';

interface TriggerDialogProps {
  kind: TriggerKind;
  /** To be changed; absent: a new one. */
  trigger?: Trigger;
  onSend: (wanted: TriggerInput) => Promise<void>;
  onClose: () => void;
}

/** Everything of a trigger, in the words of its kind. */
export function TriggerDialog({ kind, trigger, onSend, onClose }: TriggerDialogProps) {
  const { t } = useTranslation('fleet');
  const [name, setName] = useState(trigger?.name ?? '');
  const [workflowId, setWorkflowId] = useState(trigger?.workflowId ?? '');
  const [drafts, setDrafts] = useState(() => (trigger ? draftsOf(kind, trigger.settings) : initialDrafts(kind)));
  const [filter, setFilter] = useState(trigger?.filter ?? '');
  const [input, setInput] = useState(trigger?.input ? JSON.stringify(trigger.input, null, 2) : '');
  const mapping = readInput(input);
  // What is not asked stays; a secret that is kept counts as filled in.
  const filled = isFilled(kind, trigger ? { ...drafts, password: 'kept', signing: 'kept' } : drafts);
  const send = async () => {
    const { settings, secrets } = readDrafts(kind, drafts);
    const kept = trigger && keptOf(trigger);
    await onSend({
      ...kept,
      kind,
      name: name.trim(),
      workflowId,
      settings: trigger ? { ...otherSettings(kind, trigger.settings), ...settings } : settings,
      secrets,
      ...(filter.trim() !== '' && { filter: filter.trim() }),
      ...(mapping && { input: mapping }),
      // The form is about one kind at a time; the orchestrator checks what it sends.
    } as TriggerInput);
  };
  return (
    <FormDialog
      size="md"
      title={trigger ? t('trigger.editTitle', { name: trigger.name }) : t(`trigger.kinds.${kind}`)}
      description={t(`trigger.kindHelp.${kind}`)}
      submitLabel={trigger ? t('trigger.save') : t('trigger.create')}
      ready={name.trim() !== '' && workflowId !== '' && filled && mapping !== null}
      onSubmit={send}
      onClose={onClose}
    >
      <Field label={t('trigger.name')} required>
        <TextInput value={name} onChange={setName} maxLength={200} placeholder={t('trigger.namePlaceholder')} />
      </Field>
      <Field label={t('trigger.starts')} help={t('trigger.startsHelp')} required>
        <WorkflowSelect value={workflowId} onChange={setWorkflowId} />
      </Field>
      <SettingInputs kind={kind} drafts={drafts} onChange={setDrafts} isChange={trigger !== undefined} />
      <Field label={t('trigger.filter')} help={t('trigger.filterHelp')}>
        <TextInput value={filter} onChange={setFilter} mono placeholder="${payload.body.amount > 100}" />
      </Field>
      <Field
        label={t('trigger.input')}
        help={t('trigger.inputHelp')}
        {...(mapping === null && { error: t('trigger.inputWrong') })}
      >
        <TextArea value={input} onChange={setInput} mono rows={3} placeholder={'{ "name": "${payload.body.name}" }'} />
      </Field>
    </FormDialog>
  );
}

function keptOf(trigger: Trigger) {
  const { enabled, priority, requiredCapabilities, requiredTags, maxRetries, maxPerMinute, maxOpenJobs } = trigger;
  return {
    enabled,
    priority,
    requiredCapabilities,
    requiredTags,
    maxRetries,
    maxPerMinute,
    maxOpenJobs,
    ...(trigger.workflowVersion !== null && { workflowVersion: trigger.workflowVersion }),
    ...(trigger.robotId !== null && { robotId: trigger.robotId }),
    ...(trigger.reference !== null && { reference: trigger.reference }),
  };
}
