import type { SubmitJob } from '@casare/shared';

/** What was typed about where and when a job runs. */
export interface RoutingDrafts {
  group: string;
  environment: string;
  capabilities: string;
  tags: string;
  preferred: string;
  deadline: string;
  mode: string;
  key: string;
  after: string;
}

export const noRouting: RoutingDrafts = {
  group: '',
  environment: '',
  capabilities: '',
  tags: '',
  preferred: '',
  deadline: '',
  mode: '',
  key: '',
  after: '',
};

export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The part of a submission that was filled in. */
export function readRouting(drafts: RoutingDrafts): Partial<SubmitJob> {
  const routing: Partial<SubmitJob> = {};
  if (drafts.group !== '') routing.groupId = drafts.group;
  if (drafts.environment.trim() !== '') routing.environment = drafts.environment.trim();
  if (listOf(drafts.capabilities).length > 0) routing.requiredCapabilities = listOf(drafts.capabilities);
  if (listOf(drafts.tags).length > 0) routing.requiredTags = listOf(drafts.tags);
  if (listOf(drafts.preferred).length > 0) routing.preferredTags = listOf(drafts.preferred);
  // What a field for a time gives is in the time zone of the page.
  if (drafts.deadline !== '') routing.deadline = new Date(drafts.deadline).toISOString();
  if (isMode(drafts.mode) && drafts.key.trim() !== '') routing.affinity = { mode: drafts.mode, key: drafts.key.trim() };
  if (listOf(drafts.after).length > 0) routing.after = listOf(drafts.after).map((jobId) => ({ jobId }));
  return routing;
}

function isMode(text: string): text is NonNullable<SubmitJob['affinity']>['mode'] {
  return text === 'soft' || text === 'hard' || text === 'session';
}
