import type {
  ApiKey,
  FleetMetrics,
  FleetTask,
  HumanAnswer,
  Job,
  KeyKind,
  LogLine,
  Robot,
  Scope,
  StepRow,
  SubmitJob,
  Workflow,
  WorkflowSummary,
  createKeyReplySchema,
  meSchema,
  publishReplySchema,
  resolveSchema,
  whySchema,
  workflowVersionDetailSchema,
  workflowVersionSchema,
} from '@casare/shared';
import type { z } from 'zod';
import { assetsApi } from './assets/assets-api.ts';
import { credentialsApi } from './credentials/credentials-api.ts';
import { auditApi } from './audit/audit-api.ts';
import { queuesApi } from './queues/queues-api.ts';
import { createSenders, type Page, type Query, queryText } from './fleet-requests.ts';
import type { FleetTransport } from './fleet-transport.ts';
import { evidenceApi } from './evidence/evidence-api.ts';
import { robotsApi } from './robots/robots-api.ts';
import { peopleApi } from './people/people-api.ts';
import { triggersApi } from './triggers/triggers-api.ts';
import { analyticsApi } from './analytics/analytics-api.ts';
import { routingApi } from './jobs/routing-api.ts';
import { schedulesApi } from './schedules/schedules-api.ts';

export type WhyPending = z.infer<typeof whySchema>;
export type WorkflowVersion = z.infer<typeof workflowVersionSchema>;
export type WorkflowVersionDetail = z.infer<typeof workflowVersionDetailSchema>;
export type PublishReply = z.infer<typeof publishReplySchema>;
export type CreatedKey = z.infer<typeof createKeyReplySchema>;
export type Me = z.infer<typeof meSchema>;

/** The orchestrator's REST calls the studio makes. */
export function createFleetApi(transport: FleetTransport) {
  const senders = createSenders(transport);
  const { send, create } = senders;
  const id = encodeURIComponent;
  return {
    ...auditApi(senders),
    ...peopleApi(senders),
    ...queuesApi(senders),
    ...triggersApi(senders),
    ...credentialsApi(senders),
    ...assetsApi(senders),
    ...robotsApi(senders),
    ...evidenceApi(senders),
    ...schedulesApi(senders),
    ...analyticsApi(senders),
    ...routingApi(senders),
    me: () => send<Me>('GET', '/me'),
    metrics: () => send<FleetMetrics>('GET', '/metrics/fleet'),

    robots: (query: Query) => send<Page<Robot>>('GET', `/robots${queryText(query)}`),
    robot: (robotId: string) => send<Robot>('GET', `/robots/${id(robotId)}`),

    jobs: (query: Query) => send<Page<Job>>('GET', `/jobs${queryText(query)}`),
    job: (jobId: string) => send<Job>('GET', `/jobs/${id(jobId)}`),
    steps: (jobId: string, after: number) =>
      send<{ steps: StepRow[] }>('GET', `/jobs/${id(jobId)}/steps${queryText({ after, limit: 5000 })}`),
    logs: (jobId: string, after: number) =>
      send<{ logs: LogLine[] }>('GET', `/jobs/${id(jobId)}/logs${queryText({ after, limit: 5000 })}`),
    why: (jobId: string) => send<WhyPending>('GET', `/jobs/${id(jobId)}/why`),
    submit: (job: SubmitJob) => create<{ jobs: Job[] }>('/jobs', job),
    cancel: (jobId: string) => send<unknown>('POST', `/jobs/${id(jobId)}/cancel`),
    retry: (jobId: string) => send<unknown>('POST', `/jobs/${id(jobId)}/retry`),
    resolve: (jobId: string, decision: z.input<typeof resolveSchema>) =>
      send<unknown>('POST', `/jobs/${id(jobId)}/resolve`, { body: decision }),

    tasks: (query: Query) => send<Page<FleetTask>>('GET', `/tasks${queryText(query)}`),
    task: (taskId: string) => send<FleetTask>('GET', `/tasks/${id(taskId)}`),
    answerTask: (taskId: string, answer: HumanAnswer) =>
      send<FleetTask>('POST', `/tasks/${id(taskId)}/answer`, { body: answer }),

    workflows: (query: Query) => send<Page<WorkflowSummary>>('GET', `/workflows${queryText(query)}`),
    versions: (workflowId: string, query: Query = {}) =>
      send<Page<WorkflowVersion>>('GET', `/workflows/${id(workflowId)}/versions${queryText(query)}`),
    version: (workflowId: string, version: number) =>
      send<WorkflowVersionDetail>('GET', `/workflows/${id(workflowId)}/versions/${version}`),
    publish: (document: Workflow, message: string) => create<PublishReply>('/workflows', { document, message }),
    setPublished: (workflowId: string, version: number) =>
      send<unknown>('PUT', `/workflows/${id(workflowId)}/published`, { body: { version } }),

    keys: (query: Query = {}) => send<Page<ApiKey>>('GET', `/keys${queryText(query)}`),
    createKey: (key: { name: string; kind: KeyKind; scopes?: Scope[]; expiresInDays?: number }) =>
      create<CreatedKey>('/keys', key),
    rotateKey: (keyId: string, body: { overlapMinutes: number }) =>
      create<CreatedKey>(`/keys/${id(keyId)}/rotate`, body),
    revokeKey: (keyId: string) => send<unknown>('DELETE', `/keys/${id(keyId)}`),
  };
}
export type FleetApi = ReturnType<typeof createFleetApi>;
