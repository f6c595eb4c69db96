import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown, type LucideIcon } from 'lucide-react';
import { classNames } from './class-names.ts';
import { INPUT } from './input-look.ts';

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  description?: string;
  icon?: LucideIcon;
  disabled?: boolean;
}

interface SelectProps<Value extends string> {
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
}

export function Select<Value extends string>({
  value,
  onChange,
  options,
  placeholder,
  disabled,
  id,
  className,
  'aria-label': label,
}: SelectProps<Value>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      disabled={disabled}
    >
      <Base.Trigger
        id={id}
        aria-label={label}
        className={classNames(INPUT, 'flex h-7.5 items-center gap-2 text-left', className)}
      >
        <span className="min-w-0 flex-1 truncate">
          <Base.Value>{(chosen: Value | null) => optionLabel(options, chosen) ?? placeholder ?? ''}</Base.Value>
        </span>
        <ChevronsUpDown size={13} className="shrink-0 text-faint" aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-[55]">
          <Base.Popup className="max-h-80 min-w-[var(--anchor-width)] overflow-auto rounded-md border border-line-strong bg-raised p-1 shadow-pop outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-7 cursor-default items-center gap-2 rounded px-2 py-1 text-sm outline-none select-none data-[disabled]:opacity-45 data-[highlighted]:bg-accent-soft"
              >
                {option.icon && <option.icon size={15} className="text-dim" aria-hidden />}
                <span className="min-w-0 flex-1">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.description && <span className="block text-xs text-faint">{option.description}</span>}
                </span>
                <span className="w-4">
                  <Base.ItemIndicator>
                    <Check size={14} className="text-accent" aria-hidden />
                  </Base.ItemIndicator>
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function optionLabel<Value extends string>(options: readonly SelectOption<Value>[], value: Value | null) {
  return options.find((option) => option.value === value)?.label;
}
