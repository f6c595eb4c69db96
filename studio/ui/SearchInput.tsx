import { Search, X } from 'lucide-react';
import type { KeyboardEvent, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import { INPUT } from './input-look.ts';

interface SearchInputProps {
  value: string;
  onChange: (value: string) => void;
  /** Accessible name; also the placeholder unless one is given. */
  label: string;
  placeholder?: string;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
  className?: string;
}

export function SearchInput({ value, onChange, label, placeholder, onKeyDown, className, ...rest }: SearchInputProps) {
  const { t } = useTranslation('ui');
  return (
    <div role="search" className={classNames('relative flex items-center', className)}>
      <Search size={14} className="pointer-events-none absolute left-2 text-faint" aria-hidden />
      <input
        {...rest}
        type="text"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation();
            onChange('');
          }
          onKeyDown?.(event);
        }}
        className={classNames(INPUT, 'h-7.5 pr-7 pl-7')}
      />
      {value !== '' && (
        <button
          type="button"
          aria-label={t('clearSearch')}
          onClick={() => onChange('')}
          className="absolute right-1 inline-flex size-5.5 items-center justify-center rounded text-faint hover:bg-hover hover:text-text"
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
