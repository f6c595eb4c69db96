import {
  createHashHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { readAssetsSearch } from './fleet/assets/assets-search.ts';
import { readCredentialsSearch } from './fleet/credentials/credentials-search.ts';
import { readAuditSearch } from './fleet/audit/audit-search.ts';
import { readTriggersSearch } from './fleet/triggers/triggers-search.ts';
import { readQueueSearch, readQueuesSearch } from './fleet/queues/queues-search.ts';
import { readKeysSearch } from './fleet/keys/keys-search.ts';
import { readActivitySearch } from './fleet/activity/activity-search.ts';
import { readAnalyticsSearch } from './fleet/analytics/analytics-search.ts';
import { readSchedulesSearch } from './fleet/schedules/schedules-search.ts';
import { readPeopleSearch } from './fleet/people/people-search.ts';
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
const queuesRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'queues',
  validateSearch: readQueuesSearch,
  component: lazyRouteComponent(() => import('./fleet/queues/QueuesPage.tsx'), 'QueuesPage'),
});
const queueRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'queues/$queueId',
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import('./fleet/queues/QueuePage.tsx'), 'QueuePage'),
});
const workflowsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'workflows',
  validateSearch: readWorkflowsSearch,
  component: lazyRouteComponent(() => import('./fleet/workflows/WorkflowsPage.tsx'), 'WorkflowsPage'),
});
const triggersRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'triggers',
  validateSearch: readTriggersSearch,
  component: lazyRouteComponent(() => import('./fleet/triggers/TriggersPage.tsx'), 'TriggersPage'),
});
const deadLettersRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'dead-letters',
  validateSearch: readDeadLettersSearch,
  component: lazyRouteComponent(() => import('./fleet/dead-letters/DeadLettersPage.tsx'), 'DeadLettersPage'),
});
const credentialsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'credentials',
  validateSearch: readCredentialsSearch,
  component: lazyRouteComponent(() => import('./fleet/credentials/CredentialsPage.tsx'), 'CredentialsPage'),
});
const assetsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'assets',
  validateSearch: readAssetsSearch,
  component: lazyRouteComponent(() => import('./fleet/assets/AssetsPage.tsx'), 'AssetsPage'),
});
const schedulesRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'schedules',
  validateSearch: readSchedulesSearch,
  component: lazyRouteComponent(() => import('./fleet/schedules/SchedulesPage.tsx'), 'SchedulesPage'),
});
const analyticsRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'analytics',
  validateSearch: readAnalyticsSearch,
  component: lazyRouteComponent(() => import('./fleet/analytics/AnalyticsPage.tsx'), 'AnalyticsPage'),
});
const activityRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'activity',
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import('./fleet/activity/ActivityPage.tsx'), 'ActivityPage'),
});
const keysRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'keys',
  validateSearch: readKeysSearch,
  component: lazyRouteComponent(() => import('./fleet/keys/KeysPage.tsx'), 'KeysPage'),
});
const peopleRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'people',
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(() => import('./fleet/people/PeoplePage.tsx'), 'PeoplePage'),
});
const auditRoute = createRoute({
  getParentRoute: () => fleetRoute,
  path: 'audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./fleet/audit/AuditPage.tsx'), 'AuditPage'),
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
    queuesRoute,
    queueRoute,
    workflowsRoute,
    triggersRoute,
    deadLettersRoute,
    credentialsRoute,
    assetsRoute,
    schedulesRoute,
    analyticsRoute,
    activityRoute,
    keysRoute,
    peopleRoute,
    auditRoute,
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
