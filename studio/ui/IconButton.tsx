import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Tooltip } from './Tooltip.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** Accessible name and tooltip. */
  label: string;
  icon: LucideIcon;
  shortcut?: string;
  variant?: 'ghost' | 'secondary' | 'primary' | 'danger';
  size?: 'sm' | 'md' | 'lg';
  /** For toggles: whether it is on. */
  pressed?: boolean;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

const SIZES = { sm: 'size-6', md: 'size-7.5', lg: 'size-9' };
const ICONS = { sm: 14, md: 16, lg: 19 };
const VARIANTS = {
  ghost: 'border-transparent text-dim hover:bg-hover hover:text-text',
  secondary: 'border-line-strong bg-raised text-text hover:bg-hover',
  primary: 'border-transparent bg-accent-fill text-on-accent hover:bg-accent-hover',
  danger: 'border-transparent text-bad hover:bg-bad-soft',
};

export function IconButton({
  label,
  icon: Icon,
  shortcut,
  variant = 'ghost',
  size = 'md',
  pressed,
  side,
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut} side={side}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={classNames(
          'inline-flex shrink-0 items-center justify-center rounded-md border transition-colors disabled:cursor-not-allowed disabled:opacity-45',
          SIZES[size],
          VARIANTS[variant],
          pressed && 'bg-accent-soft text-accent',
          className,
        )}
      >
        <Icon size={ICONS[size]} aria-hidden />
      </button>
    </Tooltip>
  );
}
