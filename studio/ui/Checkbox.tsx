import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';

interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Some of what it stands for is chosen. */
  indeterminate?: boolean;
  label?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  /** Out of the tab order where a row offers the same by key. */
  tabIndex?: number;
}

export function Checkbox({ checked, onChange, indeterminate = false, label, ...rest }: CheckboxProps) {
  const control = (
    <Base.Root
      {...rest}
      checked={checked}
      indeterminate={indeterminate}
      onCheckedChange={onChange}
      className="inline-flex size-4 shrink-0 items-center justify-center rounded border border-line-strong bg-inset data-[checked]:border-transparent data-[checked]:bg-accent-fill data-[disabled]:opacity-50 data-[indeterminate]:border-transparent data-[indeterminate]:bg-accent-fill"
    >
      <Base.Indicator className="text-on-accent data-[unchecked]:hidden">
        {indeterminate ? <Minus size={12} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}
      </Base.Indicator>
    </Base.Root>
  );
  if (!label) return control;
  return (
    <label className="inline-flex items-center gap-2">
      {control}
      <span>{label}</span>
    </label>
  );
}
