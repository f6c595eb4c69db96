import type { EventType } from '@casare/shared';

type Subject = Record<string, unknown>;

/** How a type reads when nothing better is known: what of the subject, and the verb. */
const verbs: Partial<Record<EventType, string>> = {
  'job.created': 'was submitted',
  'job.claimed': 'started',
  'job.waiting': 'waits for a person',
  'job.requeued': 'is back in the queue',
  'job.retrying': 'failed and will be tried again',
  'job.completed': 'completed',
  'job.failed': 'failed',
  'job.cancelled': 'was cancelled',
  'job.cancel_requested': 'is being cancelled',
  'job.dead_lettered': 'became a dead letter',
  'job.artifact': 'left a file',
  'job.assigned': 'was given to another robot',
  'job.replayed': 'was run again',
  'job.stuck': 'has made no step for long',
  'job.purged': 'was deleted',
  'robot.registered': 'signed on',
  'robot.state': 'changed its state',
  'robot.lost': 'is silent and counts as offline',
  'robot.command': 'was sent a command',
  'robot.doctor': 'examined itself',
  'task.created': 'was asked',
  'task.answered': 'was answered',
  'task.expired': 'was not answered in time',
  'task.cancelled': 'is not needed any more',
  'workflow.published': 'was published',
  'workflow.routing': 'has other robots for its jobs',
  'schedule.created': 'was created',
  'schedule.changed': 'was changed',
  'schedule.paused': 'was paused',
  'schedule.resumed': 'was resumed',
  'schedule.deleted': 'was deleted',
  'schedule.fired': 'submitted a job',
  'schedule.queued': 'has a slot that waits for its turn',
  'schedule.skipped': 'skipped a slot',
  'schedule.excluded': 'did not run on an excluded day',
  'schedule.missed': 'missed slots',
  'schedule.failed': 'could not submit its job',
  'person.joined': 'joined',
  'trigger.delivered': 'was brought something',
  'trigger.disabled': 'was switched off',
  'queue_item.ended': 'ended',
  'retention.pruned': 'old rows were deleted',
};

const kinds: Record<string, string> = {
  job: 'Job',
  robot: 'Robot',
  robot_group: 'Robot group',
  task: 'Question',
  workflow: 'Workflow',
  schedule: 'Schedule',
  calendar: 'Calendar',
  key: 'API key',
  person: 'Person',
  queue: 'Queue',
  queue_item: 'Queue item',
  credential: 'Credential',
  asset: 'Asset',
  trigger: 'Trigger',
  workspace: 'Workspace',
};

/** An event in words. */
export function sentenceOf(type: EventType, subject: Subject | undefined, data: Subject): string {
  const kind = type.slice(0, type.indexOf('.'));
  const verb = verbs[type] ?? `was ${type.slice(type.indexOf('.') + 1).replaceAll('_', ' ')}`;
  if (type === 'retention.pruned') return `Old rows were deleted: ${countsIn(data)}.`;
  const name = nameOf(subject) ?? textOf(data.name);
  const who = `${kinds[kind] ?? capital(kind.replaceAll('_', ' '))}${name === undefined ? '' : ` "${name}"`}`;
  return `${who} ${verb}${more(type, subject, data)}.`;
}

function nameOf(subject: Subject | undefined): string | undefined {
  if (!subject) return undefined;
  const task = subject.task as Subject | undefined;
  return (
    textOf(subject.workflowName && !('timing' in subject) ? subject.workflowName : subject.name) ??
    textOf(task?.title) ??
    textOf(subject.reference) ??
    textOf(subject.email)
  );
}

/** What makes it worth reading: the robot, the error, the reason. */
function more(type: EventType, subject: Subject | undefined, data: Subject): string {
  const robot = textOf(subject?.robotName);
  const error = subject?.error as Subject | null | undefined;
  switch (type) {
    case 'job.claimed':
    case 'job.completed':
      return robot === undefined ? '' : ` on ${robot}`;
    case 'job.failed':
    case 'job.retrying':
      return `${robot === undefined ? '' : ` on ${robot}`}${error ? `: ${textOf(error.message)?.slice(0, 200).replace(/\.$/, '')}` : ''}`;
    case 'schedule.fired':
    case 'schedule.skipped':
    case 'schedule.excluded':
    case 'schedule.queued':
    case 'schedule.failed':
    case 'schedule.missed': {
      const reason = textOf(data.reason)?.replace(/\.$/, '');
      return reason === undefined || reason === '' ? '' : `: ${reason}`;
    }
    case 'robot.state':
      return textOf(subject?.state) === undefined ? '' : ` to ${textOf(subject?.state)}`;
    case 'task.answered':
      return textOf(subject?.answeredBy) === undefined ? '' : ` by ${textOf(subject?.answeredBy)}`;
    default:
      return '';
  }
}

function countsIn(data: Subject): string {
  return Object.entries(data)
    .filter(([, n]) => typeof n === 'number' && n > 0)
    .map(([what, n]) => `${n as number} ${what.replaceAll('_', ' ')}`)
    .join(', ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
