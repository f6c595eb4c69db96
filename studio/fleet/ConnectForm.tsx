import { type AppError, asAppError } from '@casare/shared';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { TextInput } from '../ui/TextInput.tsx';
import { toast } from '../ui/toast.tsx';
import { useFleetState } from './fleet-context.tsx';

/** Address and key of the orchestrator; tried before they are kept. */
export function ConnectForm() {
  const { t } = useTranslation('fleet');
  const { address, access, connect } = useFleetState();
  const [url, setUrl] = useState(address?.url ?? access.fixedUrl ?? '');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState<'connect' | 'forget'>();
  const [error, setError] = useState<AppError>();

  const change = async (what: 'connect' | 'forget') => {
    setBusy(what);
    setError(undefined);
    try {
      await connect(what === 'connect' ? { url: url.trim(), key: key.trim() } : null);
      setKey('');
      toast.done(t(what === 'connect' ? 'connect.done' : 'connect.forgotten'));
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(undefined);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change('connect');
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {address && <p className="text-dim">{t('connect.current', { url: address.url, key: address.keyDisplay })}</p>}
      {access.fixedUrl === undefined && (
        <Field label={t('connect.url')} required>
          <TextInput value={url} onChange={setUrl} placeholder="http://127.0.0.1:4780" inputMode="url" />
        </Field>
      )}
      <Field label={t('connect.key')} help={t(access.fixedUrl ? 'connect.keyHelpTab' : 'connect.keyHelp')} required>
        <TextInput value={key} onChange={setKey} type="password" placeholder="orc_…" mono />
      </Field>
      {error && (
        <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {error.message} <span className="font-mono text-xs">({error.code})</span>
        </div>
      )}
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          loading={busy === 'connect'}
          disabled={url.trim() === '' || key.trim() === ''}
        >
          {t('connect.submit')}
        </Button>
        {address && (
          <Button loading={busy === 'forget'} onClick={() => void change('forget')}>
            {t('connect.forget')}
          </Button>
        )}
      </div>
    </form>
  );
}
