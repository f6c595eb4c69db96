import type { Job } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { JsonView } from '../../ui/JsonView.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';

export function JobData({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const hasInput = Object.keys(job.input).length > 0;
  return (
    <SplitPane
      direction="column"
      sized="first"
      defaultSize={180}
      minSize={80}
      otherMin={80}
      storageKey="job-data"
      label={t('data.resize')}
    >
      <Part title={t('data.input')}>
        {hasInput ? <JsonView value={job.input} label={t('data.input')} /> : <Note>{t('data.noInput')}</Note>}
      </Part>
      <Part title={t('data.output')}>
        {job.output !== null ? (
          <JsonView value={job.output} label={t('data.output')} />
        ) : (
          <Note>{t(job.state === 'completed' ? 'data.noOutput' : 'data.noOutputYet')}</Note>
        )}
      </Part>
    </SplitPane>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex min-h-0 flex-1 flex-col" aria-label={title}>
      <h3 className="px-3 pt-2 pb-1 text-xs font-semibold text-faint">{title}</h3>
      {children}
    </section>
  );
}

function Note({ children }: { children: string }) {
  return <p className="px-3 py-1 text-dim">{children}</p>;
}
