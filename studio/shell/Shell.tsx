import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useActions } from '../actions/action-context.tsx';
import { useTheme } from '../theme/theme-context.tsx';
import { Toaster } from '../ui/toast.tsx';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { StatusSlotContext } from './status-slots.tsx';
import { useHostActions } from './use-host-actions.ts';
import { useShellActions } from './use-shell-actions.ts';

const CommandPalette = lazy(async () => ({ default: (await import('../actions/CommandPalette.tsx')).CommandPalette }));

const CheatSheet = lazy(async () => ({ default: (await import('../actions/CheatSheet.tsx')).CheatSheet }));

/** Rail, page, status bar, and what can be opened from everywhere. */
export function Shell() {
  const { theme } = useTheme();
  const [overlay, setOverlay] = useState<'palette' | 'keys'>();
  // Loaded at the first use and kept, so that closing can still hand over what was chosen.
  const [paletteUsed, setPaletteUsed] = useState(false);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const open = useMemo(
    () => ({
      palette: () => {
        setPaletteUsed(true);
        setOverlay('palette');
      },
      keys: () => setOverlay('keys'),
    }),
    [],
  );
  useActions(useShellActions(open));
  useHostActions();
  const close = () => setOverlay(undefined);
  return (
    <StatusSlotContext value={slot}>
      <div className="flex h-full">
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <main className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Outlet />
          </main>
          <StatusBar slot={setSlot} />
        </div>
      </div>
      {paletteUsed && (
        <Suspense>
          <CommandPalette open={overlay === 'palette'} onClose={close} />
        </Suspense>
      )}
      {overlay === 'keys' && (
        <Suspense>
          <CheatSheet open onClose={close} />
        </Suspense>
      )}
      <Toaster theme={theme} />
    </StatusSlotContext>
  );
}
