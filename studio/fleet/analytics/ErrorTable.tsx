import type { Analytics } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Why jobs failed, the most frequent reason first. */
export function ErrorTable({ errors }: Pick<Analytics, 'errors'>) {
  const { t } = useTranslation('fleet');
  const most = errors[0]?.count ?? 1;
  return (
    <section className="shrink-0 rounded-md border border-line bg-surface">
      <h2 className="border-b border-line px-3 py-2 font-semibold">{t('analytics.errors')}</h2>
      {errors.length === 0 && <p className="p-3 text-dim">{t('analytics.noErrors')}</p>}
      <ul className="tabular flex flex-col gap-1 p-3">
        {errors.map(({ code, count }) => (
          <li key={code} className="grid grid-cols-[220px_minmax(0,1fr)_120px] items-center gap-3">
            <Link to="/fleet/dead-letters" className="truncate rounded font-mono text-xs hover:underline">
              {code}
            </Link>
            <span className="h-2 rounded bg-inset" aria-hidden>
              <span className="block h-2 rounded bg-bad-fill" style={{ width: `${(100 * count) / most}%` }} />
            </span>
            <span className="text-right text-xs text-dim">{t('analytics.errorCount', { count })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
