import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { useDebounced } from './use-debounced.ts';

interface FilterBarProps {
  search?: {
    value: string | undefined;
    /** Told after a pause in typing. */
    onChange: (words: string | undefined) => void;
    label: string;
    /** Shorter than the label. */
    placeholder?: string;
  };
  /** Chips and selects. */
  children?: ReactNode;
  /** How many are shown, as a sentence. */
  count?: string;
  /** The rows are being asked for again. */
  busy?: boolean;
  /** Given while a filter is on: takes all of them away. */
  onClear?: (() => void) | undefined;
  /** The page's actions, right. */
  actions?: ReactNode;
}

/** What narrows a list, how many are left, and what one can do with the page. */
export function FilterBar({ search, children, count, busy = false, onClear, actions }: FilterBarProps) {
  const { t } = useTranslation('fleet');
  return (
    <div
      role="group"
      aria-label={t('filters.label')}
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2"
    >
      {search && <Words {...search} />}
      {children}
      {onClear && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          {t('filters.clearShort')}
        </Button>
      )}
      <div className="ml-auto flex items-center gap-2">
        {count !== undefined && (
          <span className="tabular flex items-center gap-2 text-xs text-faint" role="status">
            {busy && <Spinner size={12} />}
            {count}
          </span>
        )}
        {actions}
      </div>
    </div>
  );
}

function Words({ value = '', onChange, label, placeholder }: NonNullable<FilterBarProps['search']>) {
  const [words, setWords] = useDebounced(value, (text) => onChange(text || undefined));
  return (
    <SearchInput
      label={label}
      placeholder={placeholder ?? label}
      value={words}
      onChange={setWords}
      className="max-w-52 min-w-0 grow basis-36"
    />
  );
}
