import { type Scope, SCOPES } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { useMe } from '../access/use-me.ts';

interface ScopePickerProps {
  value: readonly Scope[];
  onChange: (scopes: Scope[]) => void;
}

const KINDS = [...new Set(SCOPES.map((scope) => scope.split(':')[0] ?? ''))];

/** What a service key may do: per kind of thing, reading and changing. Nobody gives what they do not have. */
export function ScopePicker({ value, onChange }: ScopePickerProps) {
  const { t } = useTranslation('fleet');
  const { data: me } = useMe();
  const toggle = (scope: Scope, on: boolean) =>
    onChange(SCOPES.filter((each) => (each === scope ? on : value.includes(each))));
  const cell = (kind: string, action: 'read' | 'write') => {
    const scope = SCOPES.find((each) => each === `${kind}:${action}`);
    if (!scope) return <span />;
    return (
      <Checkbox
        aria-label={scope}
        checked={value.includes(scope)}
        disabled={me ? !me.scopes.includes(scope) : false}
        onChange={(on) => toggle(scope, on)}
      />
    );
  };
  return (
    <fieldset className="max-h-64 overflow-y-auto rounded-md border border-line p-2">
      <legend className="px-1 text-xs text-faint">{t('key.scopes')}</legend>
      <div className="grid grid-cols-[minmax(0,1fr)_56px_56px] items-center gap-x-2 gap-y-1.5">
        <span />
        <span className="text-xs text-faint">{t('key.read')}</span>
        <span className="text-xs text-faint">{t('key.write')}</span>
        {KINDS.filter((kind) => me?.person?.super || kind !== 'tenants').map((kind) => (
          <div key={kind} className="contents">
            <span className="font-mono text-xs">{kind}</span>
            {cell(kind, 'read')}
            {cell(kind, 'write')}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
