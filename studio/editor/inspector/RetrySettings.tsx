import type { RetryPolicy } from '@casare/shared';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextInput } from '../../ui/TextInput.tsx';

const BEGIN: RetryPolicy = { attempts: 3, initialMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.2 };

interface RetrySettingsProps {
  retry: RetryPolicy | undefined;
  onChange: (retry: RetryPolicy | undefined) => void;
}

/** Trying again with growing pauses. */
export function RetrySettings({ retry, onChange }: RetrySettingsProps) {
  const number = (
    key: 'attempts' | 'initialMs' | 'factor' | 'maxMs',
    label: string,
    unit: string | undefined,
    min: number,
  ) =>
    retry && (
      <Field label={label}>
        <NumberInput
          aria-label={label}
          unit={unit}
          min={min}
          value={retry[key]}
          onChange={(value) => value !== null && onChange({ ...retry, [key]: value })}
        />
      </Field>
    );
  return (
    <div className="flex flex-col gap-2">
      <Switch
        label="Try again when it fails"
        checked={retry !== undefined}
        onChange={(on) => onChange(on ? BEGIN : undefined)}
      />
      {retry && (
        <div className="flex flex-col gap-2.5 border-l-2 border-line pl-3">
          {number('attempts', 'Attempts in all', undefined, 1)}
          {number('initialMs', 'First pause', 'ms', 0)}
          {number('factor', 'Longer each time by', '×', 1)}
          {number('maxMs', 'Longest pause', 'ms', 0)}
          <Field label="Only these codes" help="Separated by commas. Empty: failures that may pass, and time-outs.">
            <TextInput
              mono
              value={retry.codes?.join(', ') ?? ''}
              onChange={(text) => {
                const codes = text.split(/[\s,]+/).filter(Boolean);
                onChange({ ...retry, codes: codes.length > 0 ? codes : undefined });
              }}
            />
          </Field>
        </div>
      )}
    </div>
  );
}
