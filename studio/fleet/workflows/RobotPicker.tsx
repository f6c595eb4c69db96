import type { Robot } from '@casare/shared';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../ui/class-names.ts';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { Capabilities } from '../robots/Capabilities.tsx';
import { allCapabilities, shownRobots } from '../robots/sort-robots.ts';
import { useRobots } from '../use-fleet-data.ts';

interface RobotPickerProps {
  /** Undefined: any robot that fits. */
  value: string | undefined;
  onChange: (robotId: string | undefined) => void;
  /** Double click on a robot: take it and submit. */
  onSubmit: (robotId: string) => void;
}

/** Any robot, or one from the list; by name, state and what it can do. */
export function RobotPicker({ value, onChange, onSubmit }: RobotPickerProps) {
  const { t } = useTranslation('fleet');
  const [search, setSearch] = useState('');
  const [capability, setCapability] = useState('');
  const all = useRobots().data;
  const robots = useMemo(() => all ?? [], [all]);
  const shown = useMemo(
    () => shownRobots(robots, { sort: 'state', ...(search && { q: search }), ...(capability && { capability }) }),
    [robots, search, capability],
  );
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-dim">{t('submit.robot')}</legend>
      <div className="flex gap-2">
        <SearchInput label={t('robots.search')} value={search} onChange={setSearch} className="flex-1" />
        <Select
          aria-label={t('robots.capability')}
          className="!w-44"
          value={capability}
          onChange={setCapability}
          options={[
            { value: '', label: t('robots.anyCapability') },
            ...allCapabilities(robots).map((name) => ({ value: name, label: name })),
          ]}
        />
      </div>
      <div className="max-h-52 overflow-auto rounded-md border border-line-strong bg-inset">
        <Choice chosen={value === undefined} onChoose={() => onChange(undefined)}>
          <span className="font-medium">{t('submit.anyRobot')}</span>
          <span className="ml-auto text-xs text-faint">{t('submit.anyRobotHelp')}</span>
        </Choice>
        {shown.map((robot) => (
          <Choice
            key={robot.id}
            chosen={robot.id === value}
            onChoose={() => onChange(robot.id)}
            onDouble={() => onSubmit(robot.id)}
          >
            <RobotLine robot={robot} />
          </Choice>
        ))}
        {robots.length > 0 && shown.length === 0 && <p className="px-3 py-2 text-dim">{t('robots.noneFound')}</p>}
      </div>
    </fieldset>
  );
}

function RobotLine({ robot }: { robot: Robot }) {
  return (
    <>
      <span className="w-36 shrink-0 truncate font-medium">{robot.name}</span>
      <StatusBadge status={robot.state} look="plain" className="w-22 shrink-0" />
      <span className="tabular w-10 shrink-0 text-xs text-dim">
        {robot.runningJobs}/{robot.maxConcurrentJobs}
      </span>
      <Capabilities names={robot.capabilities} />
    </>
  );
}

interface ChoiceProps {
  chosen: boolean;
  onChoose: () => void;
  onDouble?: () => void;
  children: React.ReactNode;
}

function Choice({ chosen, onChoose, onDouble, children }: ChoiceProps) {
  return (
    <label
      onDoubleClick={onDouble}
      className={classNames(
        'flex h-8 cursor-pointer items-center gap-2.5 border-b border-line px-2.5 last:border-b-0 has-focus-visible:outline-2 has-focus-visible:outline-offset-[-2px] has-focus-visible:outline-accent',
        chosen ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name="robot"
        checked={chosen}
        onChange={onChoose}
        className="accent-accent-fill outline-none"
      />
      {children}
    </label>
  );
}
