import { CREDENTIAL_KINDS, type CredentialKind } from '@casare/shared';
import { KeySquare } from 'lucide-react';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/menu-entries.ts';
import { useEditorEnv } from '../editor-env.ts';

interface CredentialPickerProps {
  label: string;
  onPick: (expression: string) => void;
}

/** Puts a field of a credential where a secret would be typed; nothing where there are no credentials. */
export function CredentialPicker({ label, onPick }: CredentialPickerProps) {
  const { vaultNames } = useEditorEnv();
  const credentials = useStore(vaultNames, (state) => state.names)?.credentials ?? [];
  if (credentials.length === 0) return null;
  const items = credentials.flatMap(({ name, kind, fieldNames }): MenuEntry[] => {
    const place = name.includes('-') ? `['${name}']` : `.${name}`;
    const secret: readonly string[] = CREDENTIAL_KINDS[kind as CredentialKind].secret;
    const fields = fieldNames.filter((field) => secret.length === 0 || secret.includes(field));
    return fields.map((field) => ({
      id: `${name}.${field}`,
      label: `${name} · ${field}`,
      onSelect: () => onPick(`\${credentials${place}.${field}}`),
    }));
  });
  return (
    <Menu
      align="end"
      items={items}
      trigger={<IconButton size="sm" icon={KeySquare} label={`${label}: use a credential`} />}
    />
  );
}
