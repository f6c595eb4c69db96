import { Field } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { INPUT } from './input-look.ts';

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'onChange' | 'value'> {
  value: string;
  onChange: (value: string) => void;
  mono?: boolean;
}

export function TextArea({ value, onChange, mono, rows = 3, className, ...rest }: TextAreaProps) {
  return (
    <Field.Control
      value={value}
      onValueChange={onChange}
      render={<textarea spellCheck={!mono} {...rest} rows={rows} />}
      className={classNames(INPUT, 'resize-y py-1.5', mono && 'font-mono text-xs', className)}
    />
  );
}
