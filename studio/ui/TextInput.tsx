import { Input } from '@base-ui/react/input';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { INPUT } from './input-look.ts';

interface TextInputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'size' | 'defaultValue'> {
  value: string;
  onChange: (value: string) => void;
  mono?: boolean;
}

export function TextInput({ value, onChange, mono, className, ...rest }: TextInputProps) {
  return (
    <Input
      spellCheck={false}
      autoComplete="off"
      {...rest}
      value={value}
      onValueChange={onChange}
      className={classNames(INPUT, 'h-7.5', mono && 'font-mono text-xs', className)}
    />
  );
}
