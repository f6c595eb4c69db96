import {
  type AssetKind,
  credentialFaults,
  type CredentialKind,
  type StudioHost,
  vaultNameSchema,
} from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeySquare, Trash2, Variable } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstValue, readValue } from '../fleet/assets/asset-value.ts';
import { CREDENTIAL_KIND_NAMES } from '../fleet/credentials/credentials-search.ts';
import { emptyFields, FieldInputs, typedValues } from '../fleet/credentials/FieldInputs.tsx';
import { readHosts } from '../fleet/credentials/read-hosts.ts';
import { FormDialog } from '../fleet/list/FormDialog.tsx';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Select } from '../ui/Select.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import { TextInput } from '../ui/TextInput.tsx';
import { toast } from '../ui/toast.tsx';

const QUERY = ['host', 'vault.names'];
/** An asset may stand for a credential only where a list of them is at hand. */
const ASSET_KINDS = ['text', 'number', 'boolean', 'json'] as const satisfies readonly AssetKind[];

/** Credentials and assets of this machine, for runs here: set and forgotten, never shown. */
export function LocalVault({ host }: { host: StudioHost }) {
  const { t } = useTranslation(['shell', 'fleet']);
  const queries = useQueryClient();
  const [adding, setAdding] = useState<'credential' | 'asset'>();
  const names = useQuery({ queryKey: QUERY, queryFn: () => host.call('vault.names', {}) }).data;
  const changed = () => queries.invalidateQueries({ queryKey: QUERY });
  const remove = async (what: 'credential' | 'asset', name: string) => {
    await host
      .call('vault.remove', { what, name })
      .catch((error: unknown) => toast.failed(error, t('settings.vaultFailed')));
    await changed();
  };
  const rows = [
    ...(names?.credentials ?? []).map(({ name, kind }) => ({
      what: 'credential' as const,
      name,
      kind: t(`fleet:credential.kinds.${kind}`),
    })),
    ...(names?.assets ?? []).map(({ name, kind }) => ({
      what: 'asset' as const,
      name,
      kind: t(`fleet:asset.kinds.${kind as AssetKind}`),
    })),
  ];
  return (
    <div className="flex flex-col gap-3">
      {rows.length === 0 ? (
        <p className="text-faint">{t('settings.vaultNone')}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
          {rows.map(({ what, name, kind }) => (
            <li key={`${what} ${name}`} className="flex items-center gap-3 py-1 pr-1 pl-3">
              {what === 'credential' ? <KeySquare size={14} aria-hidden /> : <Variable size={14} aria-hidden />}
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{`${what}s.${name}`}</span>
              <span className="text-dim">{kind}</span>
              <IconButton
                icon={Trash2}
                size="sm"
                label={t('settings.vaultRemove', { name })}
                onClick={() => void remove(what, name)}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <Button icon={KeySquare} onClick={() => setAdding('credential')}>
          {t('settings.vaultCredential')}
        </Button>
        <Button icon={Variable} onClick={() => setAdding('asset')}>
          {t('settings.vaultAsset')}
        </Button>
      </div>
      {adding === 'credential' && <SetCredential host={host} onClose={() => setAdding(undefined)} onDone={changed} />}
      {adding === 'asset' && <SetAsset host={host} onClose={() => setAdding(undefined)} onDone={changed} />}
    </div>
  );
}

interface SetProps {
  host: StudioHost;
  onClose: () => void;
  onDone: () => Promise<void>;
}

function SetCredential({ host, onClose, onDone }: SetProps) {
  const { t } = useTranslation('fleet');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<CredentialKind>('login');
  const [fields, setFields] = useState(() => emptyFields('login'));
  const [hosts, setHosts] = useState('');
  const values = typedValues(fields);
  const ready =
    vaultNameSchema.safeParse(name).success &&
    Object.keys(values).length > 0 &&
    credentialFaults(kind, values).length === 0;
  const save = async () => {
    await host.call('vault.setCredential', { name, kind, fields: values, hosts: readHosts(hosts) });
    await onDone();
    onClose();
  };
  return (
    <FormDialog
      title={t('credential.createTitle')}
      submitLabel={t('credential.create')}
      ready={ready}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label={t('credential.name')} help={t('credential.nameHelp')} required>
        <TextInput mono value={name} onChange={(next) => setName(next.trim())} maxLength={64} placeholder="crm" />
      </Field>
      <Field label={t('credential.kind')}>
        <Select
          value={kind}
          onChange={(next) => {
            setKind(next);
            setFields(emptyFields(next));
          }}
          options={CREDENTIAL_KIND_NAMES.map((value) => ({ value, label: t(`credential.kinds.${value}`) }))}
        />
      </Field>
      <FieldInputs kind={kind} fields={fields} onChange={setFields} />
      <Field label={t('credential.hosts')} help={t('credential.hostsHelp')}>
        <TextArea mono rows={2} value={hosts} onChange={setHosts} placeholder="api.example.com" spellCheck={false} />
      </Field>
    </FormDialog>
  );
}

function SetAsset({ host, onClose, onDone }: SetProps) {
  const { t } = useTranslation('fleet');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<AssetKind>('text');
  const [text, setText] = useState('');
  const value = readValue(kind, text);
  const save = async () => {
    await host.call('vault.setAsset', { name, kind, value: value ?? null });
    await onDone();
    onClose();
  };
  return (
    <FormDialog
      title={t('asset.createTitle')}
      submitLabel={t('asset.create')}
      ready={vaultNameSchema.safeParse(name).success && value !== undefined}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label={t('asset.name')} help={t('credential.nameHelp')} required>
        <TextInput mono value={name} onChange={(next) => setName(next.trim())} maxLength={64} placeholder="limit" />
      </Field>
      <Field label={t('asset.kind')}>
        <Select
          value={kind}
          onChange={(next) => {
            setKind(next);
            setText(firstValue(next));
          }}
          options={ASSET_KINDS.map((one) => ({ value: one, label: t(`asset.kinds.${one}`) }))}
        />
      </Field>
      <Field label={t('asset.value')}>
        <TextArea mono rows={kind === 'json' ? 6 : 2} value={text} onChange={setText} spellCheck={false} />
      </Field>
    </FormDialog>
  );
}
