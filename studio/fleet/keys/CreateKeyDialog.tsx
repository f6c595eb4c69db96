import { type AppError, asAppError, type KeyKind } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** As the orchestrator allows. */
const MOST_DAYS: Record<KeyKind, number> = { robot: 365, admin: 90 };

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<KeyKind>('robot');
  const [days, setDays] = useState<number | null>(90);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const [made, setMade] = useState<string>();
  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const reply = await api.createKey({ name: name.trim(), kind, ...(days !== null && { expiresInDays: days }) });
      setMade(reply.key);
      await queries.invalidateQueries({ queryKey: fleetKeys.keys });
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  if (made !== undefined) return <MadeKey keyText={made} name={name} onClose={onClose} />;
  const ready = name.trim() !== '' && !busy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void create();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t('key.createTitle')}
      footer={
        <>
          <Button onClick={onClose}>{t('submit.cancel')}</Button>
          <Button variant="primary" loading={busy} disabled={!ready} onClick={() => void create()}>
            {t('key.create')}
          </Button>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        {error && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {error.message} <span className="font-mono text-xs">({error.code})</span>
          </p>
        )}
        <Field label={t('key.name')} help={t('key.nameHelp')} required>
          <TextInput value={name} onChange={setName} maxLength={100} placeholder={t('key.namePlaceholder')} />
        </Field>
        <Field label={t('key.kind')} help={t(`key.kindHelp.${kind}`)}>
          <Select
            value={kind}
            onChange={(next) => {
              setKind(next);
              setDays((old) => (old === null ? old : Math.min(old, MOST_DAYS[next])));
            }}
            options={[
              { value: 'robot', label: t('key.kinds.robot') },
              { value: 'admin', label: t('key.kinds.admin') },
            ]}
          />
        </Field>
        <Field label={t('key.days')} help={t('key.daysHelp', { most: MOST_DAYS[kind] })}>
          <NumberInput value={days} onChange={setDays} min={1} max={MOST_DAYS[kind]} unit={t('key.daysUnit')} />
        </Field>
        <button type="submit" hidden aria-hidden />
      </form>
    </Dialog>
  );
}

/** The only moment the key can be read. */
function MadeKey({ keyText, name, onClose }: { keyText: string; name: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('key.madeTitle', { name })}
      description={t('key.madeBody')}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('key.madeDone')}
        </Button>
      }
    >
      <div className="flex gap-2">
        <TextInput
          value={keyText}
          onChange={() => undefined}
          readOnly
          mono
          aria-label={t('key.key')}
          data-testid="new-key"
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button icon={Copy} onClick={() => void copyText(keyText).then((copied) => copied && toast.done(t('copied')))}>
          {t('copy')}
        </Button>
      </div>
    </Dialog>
  );
}
