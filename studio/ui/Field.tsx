import { Field as Base } from '@base-ui/react/field';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string;
  required?: boolean;
  /** Beside the label, right: a unit, a toggle. */
  aside?: ReactNode;
  /** One input of this folder; label, help and error are tied to it. */
  children: ReactNode;
  className?: string;
}

export function Field({ label, help, error, required, aside, children, className }: FieldProps) {
  const { t } = useTranslation('ui');
  return (
    <Base.Root invalid={Boolean(error)} className={classNames('flex min-w-0 flex-col gap-1', className)}>
      <div className="flex items-center gap-2">
        <Base.Label className="text-xs font-medium text-dim">
          {label}
          {required && (
            <span className="text-bad" title={t('required')} aria-hidden>
              {' *'}
            </span>
          )}
        </Base.Label>
        {aside && <div className="ml-auto flex items-center gap-1 text-xs text-faint">{aside}</div>}
      </div>
      {children}
      {help && <Base.Description className="text-xs text-faint">{help}</Base.Description>}
      {error && (
        <Base.Error match className="text-xs text-bad">
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}
