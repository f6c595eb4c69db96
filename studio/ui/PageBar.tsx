import type { ReactNode } from 'react';

interface PageBarProps {
  /** The page's heading. */
  title: ReactNode;
  /** Beside the title, e.g. tabs or a breadcrumb. */
  children?: ReactNode;
  /** Right: the page's actions. */
  end?: ReactNode;
}

/** The top bar of a page. */
export function PageBar({ title, children, end }: PageBarProps) {
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-3">
      <h1 className="shrink-0 text-base font-semibold">{title}</h1>
      <div className="flex min-w-0 flex-1 items-center gap-2">{children}</div>
      {end && <div className="flex shrink-0 items-center gap-1.5">{end}</div>}
    </header>
  );
}
