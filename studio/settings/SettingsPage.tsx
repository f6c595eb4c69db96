import { useQuery } from '@tanstack/react-query';
import { Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectForm } from '../fleet/ConnectForm.tsx';
import { useOptionalHost } from '../host/host-context.tsx';
import { useTheme } from '../theme/theme-context.tsx';
import type { ThemeChoice } from '../theme/theme-store.ts';
import { Chip } from '../ui/Chip.tsx';
import { PageBar } from '../ui/PageBar.tsx';
import { LocalVault } from './LocalVault.tsx';

const THEMES = [
  { choice: 'light', icon: Sun },
  { choice: 'dark', icon: Moon },
  { choice: 'system', icon: Monitor },
] as const satisfies readonly { choice: ThemeChoice; icon: unknown }[];

export function SettingsPage() {
  const { t } = useTranslation('shell');
  const { choice, set } = useTheme();
  const host = useOptionalHost();
  return (
    <>
      <PageBar title={t('settings.title')} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-[860px] flex-col divide-y divide-line px-6">
          <Section title={t('settings.appearance')} help={t('settings.appearanceHelp')}>
            <div role="group" aria-label={t('theme.label')} className="flex gap-1.5">
              {THEMES.map((theme) => (
                <Chip
                  key={theme.choice}
                  icon={theme.icon}
                  selected={choice === theme.choice}
                  onClick={() => set(theme.choice)}
                >
                  {t(`theme.${theme.choice}`)}
                </Chip>
              ))}
            </div>
          </Section>
          <Section title={t('settings.orchestrator')} help={t('settings.orchestratorHelp')}>
            <ConnectForm />
          </Section>
          {host && (
            <Section title={t('settings.vault')} help={t('settings.vaultHelp')}>
              <LocalVault host={host} />
            </Section>
          )}
          <About />
        </div>
      </div>
    </>
  );
}

function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 py-6 md:grid-cols-[240px_minmax(0,1fr)]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {help && <p className="mt-1 text-dim">{help}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

function About() {
  const { t } = useTranslation('shell');
  const host = useOptionalHost();
  const info = useQuery({
    queryKey: ['host', 'app.info'],
    queryFn: () => host?.call('app.info', {}) ?? null,
    enabled: host !== undefined,
  });
  if (!info.data) return null;
  const facts: [string, string][] = [
    [t('settings.version'), `${info.data.version} · ${info.data.platform}`],
    [t('settings.folder'), info.data.workflowsFolder],
    [t('settings.browser'), t(info.data.browserFound ? 'settings.browserFound' : 'settings.browserMissing')],
  ];
  return (
    <Section title={t('settings.about')}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
