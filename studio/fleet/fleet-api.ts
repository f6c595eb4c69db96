import type {
  ApiKey,
  FleetMetrics,
  FleetTask,
  HumanAnswer,
  Job,
  KeyKind,
  LogLine,
  Robot,
  RobotCommand,
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
import type { FleetTransport, HttpMethod, RequestOptions } from './fleet-transport.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export type Query = Record<string, string | number | boolean | null | undefined>;
export type WhyPending = z.infer<typeof whySchema>;
export type WorkflowVersion = z.infer<typeof workflowVersionSchema>;
export type WorkflowVersionDetail = z.infer<typeof workflowVersionDetailSchema>;
export type PublishReply = z.infer<typeof publishReplySchema>;
export type CreatedKey = z.infer<typeof createKeyReplySchema>;
export type Me = z.infer<typeof meSchema>;

/** `?a=1&b=2`; what is undefined, null or empty is left out. */
export function queryText(query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** The orchestrator's REST calls the studio makes. Replies are made by the orchestrator from the same schemas and are not checked twice. */
export function createFleetApi(transport: FleetTransport) {
  const send = <Reply>(method: HttpMethod, path: string, options?: RequestOptions) =>
    // The one cast of this boundary.
    transport.request(method, `/api/v1${path}`, options) as Promise<Reply>;
  const create = <Reply>(path: string, body: unknown) =>
    send<Reply>('POST', path, { body, idempotencyKey: crypto.randomUUID() });
  const id = encodeURIComponent;
  return {
    me: () => send<Me>('GET', '/me'),
    metrics: () => send<FleetMetrics>('GET', '/metrics/fleet'),

    robots: (query: Query) => send<Page<Robot>>('GET', `/robots${queryText(query)}`),
    robot: (robotId: string) => send<Robot>('GET', `/robots/${id(robotId)}`),
    command: (robotId: string, command: RobotCommand['command']) =>
      send<unknown>('POST', `/robots/${id(robotId)}/commands`, { body: { command } }),

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
    createKey: (key: { name: string; kind: KeyKind; expiresInDays?: number }) => create<CreatedKey>('/keys', key),
    revokeKey: (keyId: string) => send<unknown>('DELETE', `/keys/${id(keyId)}`),
  };
}
export type FleetApi = ReturnType<typeof createFleetApi>;

/** All items of a list, page after page. */
export async function allPages<T>(
  load: (query: Query) => Promise<Page<T>>,
  query: Query = {},
  most = 20_000,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await load({ ...query, limit: 500, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < most);
  return items;
}
