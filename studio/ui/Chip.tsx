import { type LucideIcon, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';

interface ChipProps {
  children: ReactNode;
  icon?: LucideIcon;
  /** Makes it a toggle. */
  onClick?: () => void;
  selected?: boolean;
  /** Shows a cross; `removeLabel` names what goes. */
  onRemove?: () => void;
  removeLabel?: string;
}

export function Chip({ children, icon: Icon, onClick, selected = false, onRemove, removeLabel }: ChipProps) {
  const { t } = useTranslation('ui');
  const look = classNames(
    'inline-flex h-6 items-center gap-1.5 rounded-full border px-2.5 text-xs whitespace-nowrap',
    selected ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong bg-surface text-dim',
  );
  const content = (
    <>
      {Icon && <Icon size={13} aria-hidden />}
      {children}
    </>
  );
  if (onClick) {
    return (
      <button
        type="button"
        aria-pressed={selected}
        onClick={onClick}
        className={classNames(look, 'transition-colors', !selected && 'hover:bg-hover hover:text-text')}
      >
        {content}
      </button>
    );
  }
  return (
    <span className={classNames(look, onRemove && 'pr-1')}>
      {content}
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel ?? t('remove')}
          onClick={onRemove}
          className="inline-flex size-4.5 items-center justify-center rounded-full hover:bg-active hover:text-text"
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
