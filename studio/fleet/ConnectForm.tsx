import { type AppError, asAppError, type SignOnTarget } from '@casare/shared';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button.tsx';
import { Chip } from '../ui/Chip.tsx';
import { Field } from '../ui/Field.tsx';
import { TextInput } from '../ui/TextInput.tsx';
import { toast } from '../ui/toast.tsx';
import {
  EMPTY_SIGN_ON,
  isFilled,
  SIGN_ON_WAYS,
  type SignOnFields,
  type SignOnWay,
  toTarget,
} from './access/sign-on-form.ts';
import { useFleetState } from './fleet-context.tsx';

/** Address of the orchestrator, and who one is: tried before it is kept. */
export function ConnectForm() {
  const { t } = useTranslation('fleet');
  const { address, access, connect } = useFleetState();
  const [way, setWay] = useState<SignOnWay>('password');
  const [url, setUrl] = useState(address?.url ?? access.fixedUrl ?? '');
  const [fields, setFields] = useState<SignOnFields>(EMPTY_SIGN_ON);
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState<'connect' | 'forget'>();
  const [error, setError] = useState<AppError>();
  const set = (name: keyof SignOnFields) => (value: string) => setFields((old) => ({ ...old, [name]: value }));

  useEffect(() => {
    // An installation nobody has an account in asks for the setup token first.
    void access.needsSetup().then((needed) => needed && setWay('token'));
  }, [access]);

  const change = async (target: SignOnTarget | null) => {
    setBusy(target ? 'connect' : 'forget');
    setError(undefined);
    try {
      await connect(target);
      setFields(EMPTY_SIGN_ON);
      toast.done(t(target ? 'connect.done' : 'connect.forgotten'));
    } catch (thrown) {
      const failure = asAppError(thrown);
      // Not wrong, only not all: the field for it appears.
      if (failure.code === 'SECOND_FACTOR_NEEDED' && !asksCode) setAsksCode(true);
      else setError(failure);
    } finally {
      setBusy(undefined);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change(toTarget(way, url, fields));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {address && <p className="text-dim">{t('connect.current', { url: address.url, key: address.keyDisplay })}</p>}
      <div role="group" aria-label={t('connect.way')} className="flex flex-wrap gap-1">
        {SIGN_ON_WAYS.map((each) => (
          <Chip key={each} selected={each === way} onClick={() => setWay(each)}>
            {t(`connect.ways.${each}`)}
          </Chip>
        ))}
      </div>
      {access.fixedUrl === undefined && (
        <Field label={t('connect.url')} required>
          <TextInput value={url} onChange={setUrl} placeholder="http://127.0.0.1:4780" inputMode="url" />
        </Field>
      )}
      <WayFields way={way} fields={fields} set={set} asksCode={asksCode} isTab={access.fixedUrl !== undefined} />
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
          disabled={
            url.trim() === '' || !isFilled(way, fields) || (asksCode && way !== 'key' && fields.code.trim() === '')
          }
        >
          {t(way === 'key' ? 'connect.submit' : 'connect.signIn')}
        </Button>
        {address && (
          <Button loading={busy === 'forget'} onClick={() => void change(null)}>
            {t('connect.forget')}
          </Button>
        )}
      </div>
    </form>
  );
}

interface WayFieldsProps {
  way: SignOnWay;
  fields: SignOnFields;
  set: (name: keyof SignOnFields) => (value: string) => void;
  asksCode: boolean;
  isTab: boolean;
}

function WayFields({ way, fields, set, asksCode, isTab }: WayFieldsProps) {
  const { t } = useTranslation('fleet');
  if (way === 'key')
    return (
      <Field label={t('connect.key')} help={t(isTab ? 'connect.keyHelpTab' : 'connect.keyHelp')} required>
        <TextInput value={fields.key} onChange={set('key')} type="password" placeholder="orc_…" mono />
      </Field>
    );
  const isToken = way === 'token';
  return (
    <>
      {isToken && (
        <>
          <Field label={t('connect.token')} help={t('connect.tokenHelp')} required>
            <TextInput
              value={fields.token}
              onChange={set('token')}
              placeholder="inv_… · set_…"
              mono
              autoComplete="off"
            />
          </Field>
          <Field label={t('connect.name')} required>
            <TextInput value={fields.name} onChange={set('name')} maxLength={100} autoComplete="name" />
          </Field>
        </>
      )}
      {(!isToken || fields.token.trim().startsWith('set_')) && (
        <Field label={t('connect.email')} required>
          <TextInput value={fields.email} onChange={set('email')} inputMode="email" autoComplete="username" />
        </Field>
      )}
      <Field label={t('connect.password')} {...(isToken && { help: t('connect.passwordHelp') })} required>
        <TextInput
          value={fields.password}
          onChange={set('password')}
          type="password"
          autoComplete={isToken ? 'new-password' : 'current-password'}
        />
      </Field>
      {asksCode && (
        <Field label={t('connect.code')} help={t('connect.codeHelp')} required>
          <TextInput value={fields.code} onChange={set('code')} autoFocus mono autoComplete="one-time-code" />
        </Field>
      )}
    </>
  );
}
