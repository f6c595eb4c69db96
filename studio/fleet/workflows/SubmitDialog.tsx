import { type AppError, asAppError, type SubmitJob, type WorkflowInput } from '@casare/shared';
import { useNavigate } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { InputFields } from './InputFields.tsx';
import { RobotPicker } from './RobotPicker.tsx';
import { noRouting, readRouting } from './routing-drafts.ts';
import { RoutingFields } from './RoutingFields.tsx';
import { firstDrafts, readDrafts } from './submit-inputs.ts';

interface SubmitDialogProps {
  open: boolean;
  onClose: () => void;
  /** Id of the workflow on the orchestrator. */
  workflowId: string;
  name: string;
  /** Of the version that will run. */
  inputs: readonly WorkflowInput[];
}

/** Submits a published workflow as a job: inputs, priority, robot. Only shown while an orchestrator is connected. */
export function SubmitDialog(props: SubmitDialogProps) {
  // Mounted afresh for each opening, so that it starts with the defaults.
  return props.open ? <OpenDialog key={props.workflowId} {...props} /> : null;
}

const DEFAULT_PRIORITY = 10;
const DEFAULT_RETRIES = 3;

function OpenDialog({ onClose, workflowId, name, inputs }: SubmitDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const navigate = useNavigate();
  const [drafts, setDrafts] = useState(() => firstDrafts(inputs));
  const [tried, setTried] = useState(false);
  const [priority, setPriority] = useState<number | null>(DEFAULT_PRIORITY);
  const [retries, setRetries] = useState<number | null>(DEFAULT_RETRIES);
  const [reference, setReference] = useState('');
  const [robotId, setRobotId] = useState<string>();
  const [routing, setRouting] = useState(noRouting);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const { input, faults } = readDrafts(inputs, drafts);

  const submit = async (robot: string | undefined) => {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    setBusy(true);
    setError(undefined);
    const job: SubmitJob = {
      workflowId,
      input,
      priority: priority ?? DEFAULT_PRIORITY,
      maxRetries: retries ?? DEFAULT_RETRIES,
      ...readRouting(routing),
    };
    if (robot !== undefined) job.robotId = robot;
    if (reference.trim() !== '') job.reference = reference.trim();
    try {
      const { jobs } = await api.submit(job);
      const jobId = jobs[0]?.id;
      toast.done(t('submit.done', { name }), {
        ...(jobId && {
          action: {
            label: t('submit.show'),
            onClick: () => void navigate({ to: '/fleet/jobs', search: { job: jobId } }),
          },
        }),
      });
      onClose();
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={t('submit.title', { name })}
      description={t('submit.body')}
      footer={
        <>
          <Button onClick={onClose}>{t('submit.cancel')}</Button>
          <Button variant="primary" icon={Send} loading={busy} onClick={() => void submit(robotId)}>
            {t('submit.submit')}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(robotId);
        }}
      >
        {error && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {error.message} <span className="font-mono text-xs">({error.code})</span>
          </p>
        )}
        <InputFields inputs={inputs} drafts={drafts} faults={tried ? faults : {}} onChange={setDrafts} />
        <RobotPicker
          value={robotId}
          onChange={setRobotId}
          onSubmit={(robot) => {
            setRobotId(robot);
            void submit(robot);
          }}
        />
        <div className="grid grid-cols-[1fr_1fr_2fr] gap-3">
          <Field label={t('submit.priority')} help={t('submit.priorityHelp')}>
            <NumberInput value={priority} onChange={setPriority} min={0} max={20} />
          </Field>
          <Field label={t('submit.retries')} help={t('submit.retriesHelp')}>
            <NumberInput value={retries} onChange={setRetries} min={0} max={20} />
          </Field>
          <Field label={t('submit.reference')} help={t('submit.referenceHelp')}>
            <TextInput value={reference} onChange={setReference} maxLength={200} />
          </Field>
        </div>
        <RoutingFields drafts={routing} onChange={setRouting} />
        <button type="submit" hidden aria-hidden />
      </form>
    </Dialog>
  );
}
