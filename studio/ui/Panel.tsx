import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface PanelProps {
  title: ReactNode;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  /** Accessible name when the title is not text. */
  label?: string;
  /** `card` has a border of its own; `plain` fills a pane. */
  look?: 'card' | 'plain';
  className?: string;
  bodyClassName?: string;
}

export function Panel({ title, actions, children, label, look = 'plain', className, bodyClassName }: PanelProps) {
  return (
    <section
      aria-label={label ?? (typeof title === 'string' ? title : undefined)}
      className={classNames(
        'flex min-h-0 min-w-0 flex-col bg-surface',
        look === 'card' && 'rounded-lg border border-line',
        className,
      )}
    >
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{title}</h2>
        {actions}
      </header>
      <div className={classNames('min-h-0 flex-1 overflow-auto', bodyClassName)}>{children}</div>
    </section>
  );
}
