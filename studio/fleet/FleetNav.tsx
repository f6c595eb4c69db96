import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../ui/Badge.tsx';
import { useFleetState } from './fleet-context.tsx';
import { type FleetPage, PAGE_GROUPS } from './fleet-pages.ts';
import { useMetrics } from './use-fleet-data.ts';

/** How many questions wait for somebody. */
function OpenTasks() {
  const { t } = useTranslation('fleet');
  const count = useMetrics().data?.tasks?.open ?? 0;
  if (count === 0) return null;
  return (
    <Badge tone="warn" className="ml-auto">
      <span aria-hidden>{count > 999 ? '999+' : count}</span>
      <span className="sr-only">{t('tasks.open', { count })}</span>
    </Badge>
  );
}

/** The pages of the fleet panel, in groups; `foot` stands below them. */
export function FleetNav({ foot }: { foot: ReactNode }) {
  const { t } = useTranslation('fleet');
  const { client } = useFleetState();
  const id = useId();
  return (
    <div className="flex w-46 shrink-0 flex-col border-r border-line bg-surface max-xl:w-40">
      <p className="flex h-11 shrink-0 items-center px-3.5 text-base font-semibold">{t('title')}</p>
      <nav aria-label={t('pages')} className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {PAGE_GROUPS.map((group) => (
          <section key={group.id ?? ''} {...(group.id && { 'aria-labelledby': `${id}-${group.id}` })}>
            {group.id && (
              <h2 id={`${id}-${group.id}`} className="px-2 pt-3 pb-1 text-xs font-medium text-faint">
                {t(`group.${group.id}`)}
              </h2>
            )}
            <ul>
              {group.pages.map(({ page, icon: Icon }) => (
                <li key={page}>
                  <Link
                    to={`/fleet/${page}`}
                    activeOptions={{ includeSearch: false }}
                    className="flex h-7.5 items-center gap-2 rounded-md px-2 text-dim outline-offset-[-2px] hover:bg-hover hover:text-text"
                    activeProps={{ className: '!bg-accent-soft !text-text font-medium' }}
                  >
                    <Icon size={15} className="shrink-0" aria-hidden />
                    <span className="min-w-0 truncate">{t(`page.${page}`)}</span>
                    {client && badgeOf(page)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div className="shrink-0 border-t border-line px-3.5 py-2 text-xs">{foot}</div>
    </div>
  );
}

function badgeOf(page: FleetPage): ReactNode {
  return page === 'tasks' ? <OpenTasks /> : null;
}
