import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Spinner } from '../../ui/Spinner.tsx';

interface DetailPanelProps {
  /** Accessible name, e.g. "Details of the schedule". */
  label: string;
  title: ReactNode;
  closeLabel: string;
  onClose: () => void;
  /** Beside the cross. */
  actions?: ReactNode;
  children: ReactNode;
}

/** What an opened row of a list holds; Escape closes it. */
export function DetailPanel({ label, title, closeLabel, onClose, actions, children }: DetailPanelProps) {
  return (
    <section
      aria-label={label}
      className="flex min-h-0 flex-1 flex-col bg-surface"
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
        {actions}
        <IconButton icon={X} label={closeLabel} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}

interface LoadedProps<T> {
  query: { data: T | undefined; isError: boolean; error: unknown; refetch: () => unknown };
  failed: string;
  children: (data: T) => ReactNode;
}

/** What is loaded, or that it is being loaded, or why it could not be. */
export function Loaded<T>({ query, failed, children }: LoadedProps<T>) {
  const { t } = useTranslation('shell');
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState title={failed} error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="flex flex-1 items-center justify-center text-faint">
      <Spinner label={t('loading')} size={20} />
    </div>
  );
}

/** Names and values; its children are `Detail`s. */
export function DetailList({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[110px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 border-b border-line p-3">
      {children}
    </dl>
  );
}

export function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="self-start text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
