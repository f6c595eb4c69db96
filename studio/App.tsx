import { CSPProvider } from '@base-ui/react/csp-provider';
import type { StudioHost } from '@casare/shared';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { ActionProvider } from './actions/action-context.tsx';
import { FleetProvider } from './fleet/fleet-context.tsx';
import { HostContext } from './host/host-context.tsx';
import { Questions } from './questions/Questions.tsx';
import { createStudioRouter } from './router.tsx';
import { ThemeContext } from './theme/theme-context.tsx';
import type { ThemeStore } from './theme/theme-store.ts';
import { TooltipProvider } from './ui/Tooltip.tsx';

interface AppProps {
  /** Undefined: the page is served by an orchestrator and shows the fleet alone. */
  host: StudioHost | undefined;
  theme: ThemeStore;
}

/** What all pages share, from the outside in. */
export function App({ host, theme }: AppProps) {
  const [queries] = useState(
    () =>
      new QueryClient({
        // Live events keep the data fresh; asking again on every focus would only make the tables flicker.
        defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: false } },
      }),
  );
  const [router] = useState(() => createStudioRouter({ hasHost: host !== undefined }));
  return (
    <ThemeContext value={theme}>
      <HostContext value={host}>
        <QueryClientProvider client={queries}>
          <FleetProvider>
            <ActionProvider>
              <CSPProvider disableStyleElements>
                <TooltipProvider delay={350}>
                  <RouterProvider router={router} />
                  <Questions />
                </TooltipProvider>
              </CSPProvider>
            </ActionProvider>
          </FleetProvider>
        </QueryClientProvider>
      </HostContext>
    </ThemeContext>
  );
}
