import { Link } from '@tanstack/react-router';
import { Command, type LucideIcon, Monitor, Moon, Server, Settings, Sun, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActionRegistry } from '../actions/action-context.tsx';
import { useOptionalHost } from '../host/host-context.tsx';
import { useTheme } from '../theme/theme-context.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';

export function Rail() {
  const { t } = useTranslation('shell');
  const host = useOptionalHost();
  const actions = useActionRegistry();
  const { choice, theme, set } = useTheme();
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex w-12 shrink-0 flex-col items-center gap-1 border-r border-line bg-bg py-2"
    >
      <img src="./icon.svg" alt={t('product')} width={26} height={26} className="mb-2" />
      {host && <RailLink to="/" icon={Workflow} label={t('nav.editor')} />}
      <RailLink to="/fleet" icon={Server} label={t('nav.fleet')} />
      <RailLink to="/settings" icon={Settings} label={t('nav.settings')} />
      <div className="flex-1" />
      <IconButton
        icon={Command}
        label={t('palette.open')}
        shortcut="Ctrl+K"
        size="lg"
        side="right"
        onClick={() => actions.run('palette.open')}
      />
      <Menu
        side="right"
        align="end"
        trigger={
          <button
            type="button"
            aria-label={t('theme.label')}
            className="inline-flex size-9 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
          >
            {theme === 'dark' ? <Moon size={18} aria-hidden /> : <Sun size={18} aria-hidden />}
          </button>
        }
        items={[
          {
            id: 'light',
            label: t('theme.light'),
            icon: Sun,
            checked: choice === 'light',
            onSelect: () => set('light'),
          },
          { id: 'dark', label: t('theme.dark'), icon: Moon, checked: choice === 'dark', onSelect: () => set('dark') },
          {
            id: 'system',
            label: t('theme.system'),
            icon: Monitor,
            checked: choice === 'system',
            onSelect: () => set('system'),
          },
        ]}
      />
    </nav>
  );
}

function RailLink({ to, icon: Icon, label }: { to: '/' | '/fleet' | '/settings'; icon: LucideIcon; label: string }) {
  return (
    <Tooltip content={label} side="right">
      <Link
        to={to}
        aria-label={label}
        activeOptions={{ exact: to === '/' }}
        className="inline-flex size-9 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
        activeProps={{ className: '!bg-accent-soft !text-accent' }}
      >
        <Icon size={19} aria-hidden />
      </Link>
    </Tooltip>
  );
}
