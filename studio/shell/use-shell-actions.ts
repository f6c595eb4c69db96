import { useNavigate } from '@tanstack/react-router';
import { Command, Keyboard, Monitor, Moon, Server, Settings, Sun, Workflow } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, defineAction } from '../actions/define-action.ts';
import { useOptionalHost } from '../host/host-context.tsx';
import { useTheme } from '../theme/theme-context.tsx';

const FLEET_PAGES = ['robots', 'jobs', 'tasks', 'workflows', 'dead-letters', 'keys'] as const;

/** What can be done from every page. */
export function useShellActions(open: { palette: () => void; keys: () => void }): readonly Action[] {
  const { t } = useTranslation(['shell', 'fleet']);
  const navigate = useNavigate();
  const { set: setTheme } = useTheme();
  const hasEditor = useOptionalHost() !== undefined;
  return useMemo(
    () => [
      defineAction({
        id: 'palette.open',
        label: t('palette.open'),
        icon: Command,
        shortcut: ['Ctrl+K', 'Ctrl+Shift+P'],
        run: open.palette,
      }),
      defineAction({ id: 'keys.open', label: t('keys.open'), icon: Keyboard, shortcut: '?', run: open.keys }),
      ...(hasEditor
        ? [
            defineAction({
              id: 'go.editor',
              label: t('nav.editor'),
              group: 'go',
              icon: Workflow,
              run: () => navigate({ to: '/' }),
            }),
          ]
        : []),
      defineAction({
        id: 'go.fleet',
        label: t('nav.fleet'),
        group: 'go',
        icon: Server,
        run: () => navigate({ to: '/fleet/overview' }),
      }),
      ...FLEET_PAGES.map((page) =>
        defineAction({
          id: `go.fleet.${page}`,
          label: `${t('nav.fleet')}: ${t(`fleet:page.${page}`)}`,
          group: 'go',
          run: () => navigate({ to: `/fleet/${page}` }),
        }),
      ),
      defineAction({
        id: 'go.settings',
        label: t('nav.settings'),
        group: 'go',
        icon: Settings,
        run: () => navigate({ to: '/settings' }),
      }),
      defineAction({
        id: 'theme.dark',
        label: t('theme.toDark'),
        group: 'view',
        icon: Moon,
        run: () => setTheme('dark'),
      }),
      defineAction({
        id: 'theme.light',
        label: t('theme.toLight'),
        group: 'view',
        icon: Sun,
        run: () => setTheme('light'),
      }),
      defineAction({
        id: 'theme.system',
        label: t('theme.toSystem'),
        group: 'view',
        icon: Monitor,
        run: () => setTheme('system'),
      }),
    ],
    [t, navigate, setTheme, hasEditor, open],
  );
}
