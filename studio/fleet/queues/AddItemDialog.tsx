import type { FleetQueue, NewFleetQueueItem } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';

/** Adds one item by hand. */
export function AddItemDialog({ queue, onClose }: { queue: FleetQueue; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [reference, setReference] = useState('');
  const [text, setText] = useState('{\n  \n}');
  const [priority, setPriority] = useState<number | null>(10);
  const [deadline, setDeadline] = useState('');
  const [notBefore, setNotBefore] = useState('');
  const content = readContent(text);
  const add = async () => {
    const item: NewFleetQueueItem = {
      content: content ?? {},
      priority: priority ?? 10,
      ...(reference.trim() !== '' && { reference: reference.trim() }),
      ...(deadline !== '' && { deadline: new Date(deadline).toISOString() }),
      ...(notBefore !== '' && { notBefore: new Date(notBefore).toISOString() }),
    };
    await api.addQueueItems(queue.id, [item], 'all');
    await queries.invalidateQueries({ queryKey: fleetKeys.queueItemLists });
    toast.done(t('queueItem.addedTo', { name: queue.name }));
    onClose();
  };
  return (
    <FormDialog
      title={t('queueItem.addTitle', { name: queue.name })}
      submitLabel={t('queue.addItem')}
      ready={content !== undefined && (!queue.uniqueReference || reference.trim() !== '')}
      onSubmit={add}
      onClose={onClose}
      size="md"
    >
      <Field label={t('queueItem.reference')} help={t('queueItem.referenceHelp')} required={queue.uniqueReference}>
        <TextInput value={reference} onChange={setReference} maxLength={200} />
      </Field>
      <Field
        label={t('queueItem.content')}
        help={t('queueItem.contentHelp')}
        {...(content === undefined && { error: t('queueItem.contentError') })}
      >
        <TextArea value={text} onChange={setText} mono rows={7} />
      </Field>
      <div className="grid grid-cols-3 gap-3">
        <Field label={t('queueItem.priority')} help={t('queueItem.priorityHelp')}>
          <NumberInput value={priority} onChange={setPriority} min={0} max={20} />
        </Field>
        <Field
          label={t('queueItem.deadline')}
          help={queue.slaSeconds === null ? undefined : t('queueItem.deadlineHelp')}
        >
          <TextInput type="datetime-local" value={deadline} onChange={setDeadline} />
        </Field>
        <Field label={t('queueItem.notBefore')}>
          <TextInput type="datetime-local" value={notBefore} onChange={setNotBefore} />
        </Field>
      </div>
    </FormDialog>
  );
}

/** Undefined: what is written is no object. */
function readContent(text: string): NonNullable<NewFleetQueueItem['content']> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as NonNullable<NewFleetQueueItem['content']>)
      : undefined;
  } catch {
    return undefined;
  }
}
