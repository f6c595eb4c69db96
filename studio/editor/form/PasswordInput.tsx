import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { CredentialPicker } from './CredentialPicker.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';

/** A value that is not for everybody to read over the shoulder; better still is a credential, or an expression with a secret input. */
export function PasswordInput({ field, value, label, onChange }: LiteralInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="flex items-center gap-1">
      <TextInput
        type={shown ? 'text' : 'password'}
        autoComplete="new-password"
        aria-label={label}
        placeholder={field.placeholder}
        value={typeof value === 'string' ? value : ''}
        onChange={(next) => onChange(next === '' ? undefined : next)}
      />
      <IconButton
        size="sm"
        icon={shown ? EyeOff : Eye}
        label={shown ? 'Hide the value' : 'Show the value'}
        pressed={shown}
        onClick={() => setShown(!shown)}
      />
      <CredentialPicker label={label} onPick={onChange} />
    </div>
  );
}
