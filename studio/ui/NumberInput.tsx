import { NumberField } from '@base-ui/react/number-field';
import { Minus, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import { INPUT } from './input-look.ts';

interface NumberInputProps {
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  /** Shown inside, right, e.g. `ms`. */
  unit?: string;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
}

const STEP = 'flex w-6 items-center justify-center text-faint hover:bg-hover hover:text-text disabled:opacity-40';

export function NumberInput({ value, onChange, unit, placeholder, className, ...rest }: NumberInputProps) {
  const { t } = useTranslation('ui');
  const { 'aria-label': label, ...root } = rest;
  return (
    <NumberField.Root
      {...root}
      value={value}
      onValueChange={onChange}
      format={{ useGrouping: false, maximumFractionDigits: 12 }}
      className={className}
    >
      <NumberField.Group className="relative flex">
        <NumberField.Input
          aria-label={label}
          placeholder={placeholder}
          className={classNames(INPUT, 'tabular h-7.5', unit ? 'pr-22' : 'pr-14')}
        />
        <div className="absolute inset-y-px right-px flex overflow-hidden rounded-r-[5px]">
          {unit && <span className="flex items-center pr-1.5 text-xs text-faint">{unit}</span>}
          <NumberField.Decrement aria-label={t('decrease')} className={classNames(STEP, 'border-l border-line')}>
            <Minus size={12} aria-hidden />
          </NumberField.Decrement>
          <NumberField.Increment aria-label={t('increase')} className={classNames(STEP, 'border-l border-line')}>
            <Plus size={12} aria-hidden />
          </NumberField.Increment>
        </div>
      </NumberField.Group>
    </NumberField.Root>
  );
}
