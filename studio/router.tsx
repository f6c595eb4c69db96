import {
  createHashHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import {
  readDeadLettersSearch,
  readJobsSearch,
  readRobotsSearch,
  readTasksSearch,
  readWorkflowsSearch,
} from './fleet/url-filters.ts';
import { BrokenPage } from './shell/BrokenPage.tsx';
import { MissingPage } from './shell/MissingPage.tsx';
import { PageLoading } from './shell/PageLoading.tsx';
import { Shell } from './shell/Shell.tsx';

export interface RouterContext {
  /** Whether this page has a local engine, hence an editor. */
  hasHost: boolean;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Shell });

// The fleet page served by an orchestrator never loads the editor's code.
const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    if (!context.hasHost) redirect({ to: '/fleet/overview', throw: true });
  },
  component: lazyRouteComponent(() => import('./editor/EditorPage.tsx'), 'EditorPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
});

const fleetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/fleet',
  component: lazyRouteComponent(() => import('./fleet/FleetLayout.tsx'), 'FleetLayout'),
});
const fleetIndexRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/fleet/overview', throw: true });
  },
});
const overviewRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'overview',
  component: lazyRouteComponent(() => import('./fleet/overview/OverviewPage.tsx'), 'OverviewPage'),
});
const robotsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'robots',
  validateSearch: readRobotsSearch,
  component: lazyRouteComponent(() => import('./fleet/robots/RobotsPage.tsx'), 'RobotsPage'),
});
const jobsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'jobs',
  validateSearch: readJobsSearch,
  component: lazyRouteComponent(() => import('./fleet/jobs/JobsPage.tsx'), 'JobsPage'),
});
const jobRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'jobs/$jobId',
  component: lazyRouteComponent(() => import('./fleet/job/JobPage.tsx'), 'JobPage'),
});
const tasksRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'tasks',
  validateSearch: readTasksSearch,
  component: lazyRouteComponent(() => import('./fleet/tasks/TasksPage.tsx'), 'TasksPage'),
});
const workflowsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'workflows',
  validateSearch: readWorkflowsSearch,
  component: lazyRouteComponent(() => import('./fleet/workflows/WorkflowsPage.tsx'), 'WorkflowsPage'),
});
const deadLettersRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'dead-letters',
  validateSearch: readDeadLettersSearch,
  component: lazyRouteComponent(() => import('./fleet/dead-letters/DeadLettersPage.tsx'), 'DeadLettersPage'),
});
const keysRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'keys',
  component: lazyRouteComponent(() => import('./fleet/keys/KeysPage.tsx'), 'KeysPage'),
});

const routeTree = rootRoute.addChildren([
  editorRoute,
  settingsRoute,
  fleetRoute.addChildren([
    fleetIndexRoute,
    overviewRoute,
    robotsRoute,
    jobsRoute,
    jobRoute,
    tasksRoute,
    workflowsRoute,
    deadLettersRoute,
    keysRoute,
  ]),
]);

/** Addresses stand behind `#`, so that they work from any static server, from app:// and below any path. */
export function createStudioRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    history: createHashHistory(),
    context,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createStudioRouter>;
  }
}
