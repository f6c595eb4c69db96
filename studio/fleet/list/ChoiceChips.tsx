import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Chip } from '../../ui/Chip.tsx';
import { readList, toggleInList } from '../url-filters.ts';

interface ChoiceChipsProps<T extends string> {
  options: readonly T[];
  /** The chosen ones, comma separated as in the address. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  labelOf: (option: T) => ReactNode;
  iconOf?: (option: T) => LucideIcon;
}

/** Toggles of which several may be on; none is the same as all. */
export function ChoiceChips<T extends string>({ options, value, onChange, labelOf, iconOf }: ChoiceChipsProps<T>) {
  const chosen = readList(value, options);
  return (
    <div className="flex flex-wrap gap-1">
      {options.map((option) => (
        <Chip
          key={option}
          {...(iconOf && { icon: iconOf(option) })}
          selected={chosen.includes(option)}
          onClick={() => onChange(toggleInList(value, option, options))}
        >
          {labelOf(option)}
        </Chip>
      ))}
    </div>
  );
}
