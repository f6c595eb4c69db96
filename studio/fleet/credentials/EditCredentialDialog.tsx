import type { Credential } from '@casare/shared';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { FormDialog } from '../list/FormDialog.tsx';
import { useRobots, useWorkflows } from '../use-fleet-data.ts';
import { readHosts } from './read-hosts.ts';

interface EditCredentialDialogProps {
  credential: Credential;
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** What a credential is for; its values stay as they are. */
export function EditCredentialDialog({ credential, onClose, onDone }: EditCredentialDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [description, setDescription] = useState(credential.description);
  const [hosts, setHosts] = useState(credential.allowedHosts.join('\n'));
  const [workflows, setWorkflows] = useState(credential.allowedWorkflows);
  const [robots, setRobots] = useState(credential.allowedRobots);
  const knownWorkflows = useWorkflows().data ?? [];
  const knownRobots = useRobots().data ?? [];
  const save = async () => {
    await api.updateCredential(credential.id, {
      description,
      allowedHosts: readHosts(hosts),
      allowedWorkflows: workflows,
      allowedRobots: robots,
    });
    toast.done(t('credential.saved'));
    await onDone();
    onClose();
  };
  return (
    <FormDialog
      title={t('credential.editTitle', { name: credential.name })}
      submitLabel={t('credential.save')}
      ready
      onSubmit={save}
      onClose={onClose}
      size="md"
    >
      <Field label={t('credential.description')}>
        <TextInput value={description} onChange={setDescription} maxLength={2000} />
      </Field>
      <Field label={t('credential.hosts')} help={t('credential.hostsHelp')}>
        <TextArea mono rows={3} value={hosts} onChange={setHosts} spellCheck={false} />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Ticks
          label={t('credential.workflows')}
          any={t('credential.anyWorkflow')}
          known={knownWorkflows}
          chosen={workflows}
          onChange={setWorkflows}
        />
        <Ticks
          label={t('credential.robots')}
          any={t('credential.anyRobot')}
          known={knownRobots}
          chosen={robots}
          onChange={setRobots}
        />
      </div>
    </FormDialog>
  );
}

interface TicksProps {
  label: string;
  /** What none means. */
  any: string;
  known: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}

function Ticks({ label, any, known, chosen, onChange }: TicksProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">{label}</legend>
      {chosen.length === 0 && <p className="mb-1 text-xs text-faint">{any}</p>}
      <div className="flex max-h-40 flex-col gap-1 overflow-auto rounded-md border border-line p-2">
        {known.map(({ id, name }) => (
          <Checkbox
            key={id}
            checked={chosen.includes(id)}
            onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
            label={name}
          />
        ))}
      </div>
    </fieldset>
  );
}
