import type {
  BulkAction,
  BulkJobsReply,
  ChangeRobot,
  Job,
  JobDependencies,
  JobFilter,
  Robot,
  RobotGroup,
  WriteRobotGroup,
} from '@casare/shared';
import { type Page, queryText, type Senders } from '../fleet-requests.ts';

/** Where jobs run, what they wait for, and many of them at once. */
export function routingApi({ send, create }: Senders) {
  const at = (id: string) => `/jobs/${encodeURIComponent(id)}`;
  return {
    dependencies: (jobId: string) => send<JobDependencies>('GET', `${at(jobId)}/dependencies`),
    requeue: (jobId: string) => send<Job>('POST', `${at(jobId)}/requeue`, { body: {} }),
    countBulk: (action: BulkAction, filter: JobFilter) =>
      send<{ count: number; atLeast: boolean }>('POST', '/jobs/bulk/preview', { body: { action, filter } }),
    runBulk: (action: BulkAction, filter: JobFilter, cursor?: string) =>
      send<BulkJobsReply>('POST', '/jobs/bulk', { body: { action, filter, ...(cursor !== undefined && { cursor }) } }),
    robotGroups: () => send<Page<RobotGroup>>('GET', `/robot-groups${queryText({ limit: 500 })}`),
    createRobotGroup: (group: WriteRobotGroup) => create<RobotGroup>('/robot-groups', group),
    changeRobot: (robotId: string, change: ChangeRobot) =>
      send<Robot>('PUT', `/robots/${encodeURIComponent(robotId)}`, { body: change }),
  };
}
