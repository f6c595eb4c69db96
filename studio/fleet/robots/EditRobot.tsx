import type { Robot } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { listOf } from '../workflows/routing-drafts.ts';

/** What people say of a robot: tags, environment, jobs at once, groups. */
export function EditRobot({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const cache = useQueryClient();
  const groups = useQuery({ queryKey: fleetKeys.robotGroups, queryFn: () => api.robotGroups() });
  const [tags, setTags] = useState(robot.tags.join(', '));
  const [environment, setEnvironment] = useState(robot.environment ?? '');
  const [places, setPlaces] = useState<number | null>(robot.maxConcurrentJobs);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(robot.routing?.groups.map(({ id }) => id)));
  const [added, setAdded] = useState('');
  const most = robot.routing?.registered.maxConcurrentJobs ?? robot.maxConcurrentJobs;
  const save = async () => {
    const name = added.trim();
    const made = name === '' ? [] : [(await api.createRobotGroup({ name })).id];
    await api.changeRobot(robot.id, {
      tags: listOf(tags),
      environment: environment.trim(),
      maxConcurrentJobs: places ?? most,
      groupIds: [...chosen, ...made],
    });
    await cache.invalidateQueries({ queryKey: fleetKeys.robots });
    await cache.invalidateQueries({ queryKey: fleetKeys.robotGroups });
    toast.done(t('routing.saved', { name: robot.name }));
    onClose();
  };
  return (
    <FormDialog
      title={t('routing.editTitle', { name: robot.name })}
      description={t('routing.editBody')}
      submitLabel={t('routing.save')}
      ready
      onSubmit={save}
      onClose={onClose}
    >
      <Field label={t('routing.tags')} help={t('routing.list')}>
        <TextInput value={tags} onChange={setTags} />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('routing.environment')}>
          <TextInput value={environment} onChange={setEnvironment} maxLength={64} />
        </Field>
        <Field label={t('routing.maxJobs')} help={t('routing.maxJobsHelp', { max: most })}>
          <NumberInput value={places} onChange={setPlaces} min={1} max={most} />
        </Field>
      </div>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="pb-1 text-xs font-medium text-dim">{t('routing.groups')}</legend>
        {(groups.data?.items ?? []).map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            checked={chosen.has(id)}
            onChange={(on) =>
              setChosen(on ? new Set([...chosen, id]) : new Set([...chosen].filter((one) => one !== id)))
            }
          />
        ))}
      </fieldset>
      <Field label={t('routing.newGroup')}>
        <TextInput value={added} onChange={setAdded} maxLength={100} />
      </Field>
    </FormDialog>
  );
}
