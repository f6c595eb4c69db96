import type { AssetKind } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Select } from '../../ui/Select.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

interface ValueInputProps {
  kind: AssetKind;
  label: string;
  text: string;
  onChange: (text: string) => void;
}

/** The value of an asset as its kind is written. */
export function ValueInput({ kind, label, text, onChange }: ValueInputProps) {
  const { t } = useTranslation('fleet');
  if (kind === 'boolean')
    return (
      <Select
        aria-label={label}
        value={text === 'false' ? 'false' : 'true'}
        onChange={onChange}
        options={[
          { value: 'true', label: t('asset.yes') },
          { value: 'false', label: t('asset.no') },
        ]}
      />
    );
  if (kind === 'credential') return <CredentialSelect label={label} name={text} onChange={onChange} />;
  if (kind === 'json' || kind === 'text')
    return (
      <TextArea
        aria-label={label}
        mono={kind === 'json'}
        rows={kind === 'json' ? 6 : 2}
        value={text}
        onChange={onChange}
      />
    );
  return <TextInput aria-label={label} mono inputMode="decimal" value={text} onChange={onChange} />;
}

function CredentialSelect({
  label,
  name,
  onChange,
}: {
  label: string;
  name: string;
  onChange: (name: string) => void;
}) {
  const { api } = useFleetClient();
  const names = useQuery({ queryKey: fleetKeys.vaultNames, queryFn: api.vaultNames }).data?.credentials ?? [];
  return (
    <Select
      aria-label={label}
      value={name === '' ? null : name}
      onChange={onChange}
      placeholder="–"
      options={names.map((one) => ({ value: one.name, label: one.name }))}
    />
  );
}
