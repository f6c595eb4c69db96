import type { LucideIcon } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';
import { Select } from '../../ui/Select.tsx';

interface ChoiceSelectProps {
  /** Accessible name. */
  label: string;
  /** The entry that filters nothing, e.g. "Any workflow". */
  anyLabel: string;
  /** Shown while the chosen one is not loaded. */
  oneLabel?: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  options: readonly { value: string; label: string }[];
  icon?: LucideIcon;
  className?: string;
}

// Cannot be an id.
const ANY = '*';

/** One of many, or any. */
export function ChoiceSelect(props: ChoiceSelectProps) {
  const { label, anyLabel, oneLabel, value, onChange, options, icon, className } = props;
  return (
    <Select
      aria-label={label}
      className={classNames('!w-36 max-xl:!w-32', className)}
      value={value ?? ANY}
      onChange={(next) => onChange(next === ANY ? undefined : next)}
      options={[{ value: ANY, label: anyLabel }, ...options.map((option) => ({ ...option, ...(icon && { icon }) }))]}
      {...(oneLabel !== undefined && { placeholder: oneLabel })}
    />
  );
}
