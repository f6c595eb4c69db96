import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** What will stand here, and what to do to get it. */
  body?: ReactNode;
  actions?: ReactNode;
  tone?: 'plain' | 'bad';
  className?: string;
}

export function EmptyState({ icon: Icon, title, body, actions, tone = 'plain', className }: EmptyStateProps) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : undefined}
      className={classNames('flex flex-1 flex-col items-center justify-center gap-2 p-8 text-center', className)}
    >
      {Icon && (
        <span
          className={classNames(
            'mb-1 inline-flex size-10 items-center justify-center rounded-full',
            tone === 'bad' ? 'bg-bad-soft text-bad' : 'bg-mute-soft text-mute',
          )}
        >
          <Icon size={20} aria-hidden />
        </span>
      )}
      <h2 className="text-base font-semibold">{title}</h2>
      {body && <div className="max-w-[46ch] text-dim">{body}</div>}
      {actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
