import { AppError, pageOf, robotGroupSchema } from '@casare/shared';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import { listOption, type OptionSpec, type OptionValues, textOption, wholeNumber } from './define-command.ts';

/** Where a job runs and what it waits for. */
export const routingOptions: readonly OptionSpec[] = [
  { flags: '--group <name>', description: 'only robots of this group, by id or name' },
  { flags: '--capability <name>', description: 'only robots that offer this; may be repeated', repeat: true },
  { flags: '--tag <name>', description: 'only robots that carry this tag; may be repeated', repeat: true },
  { flags: '--prefer <tag>', description: 'rather a robot with this tag; may be repeated', repeat: true },
  { flags: '--environment <name>', description: 'only robots of this environment' },
  { flags: '--affinity <mode:key>', description: 'soft, hard or session, and the name of the state or session' },
  { flags: '--after <job[:end]>', description: 'after this job succeeded, or ended; may be repeated', repeat: true },
  { flags: '--not-before <time>', description: 'not before this time, or in 30m, 4h, 2d' },
  { flags: '--deadline <time>', description: 'fails when not started by then: a time, or 30m, 4h, 2d from now' },
];

/** The part of a submission that these options say. */
export async function readRouting(client: OrchestratorClient, options: OptionValues, signal: AbortSignal) {
  const group = textOption(options, 'group');
  const environment = textOption(options, 'environment');
  const affinity = textOption(options, 'affinity');
  const [notBefore, deadline] = [textOption(options, 'notBefore'), textOption(options, 'deadline')];
  const [after, prefer] = [listOption(options, 'after'), listOption(options, 'prefer')];
  return {
    requiredCapabilities: listOption(options, 'capability'),
    requiredTags: listOption(options, 'tag'),
    ...(prefer.length > 0 && { preferredTags: prefer }),
    ...(group !== undefined && { groupId: await findGroupId(client, group, signal) }),
    ...(environment !== undefined && { environment }),
    ...(affinity !== undefined && { affinity: readAffinity(affinity) }),
    ...(after.length > 0 && { after: after.map(readAfter) }),
    ...(notBefore !== undefined && { notBefore: readTime(notBefore, '--not-before') }),
    ...(deadline !== undefined && { deadline: readTime(deadline, '--deadline') }),
  };
}

function readAffinity(text: string): { mode: string; key: string } {
  const [, mode, key] = /^(soft|hard|session):(.+)$/.exec(text) ?? [];
  if (mode === undefined || key === undefined)
    throw new AppError('USAGE', `--affinity takes soft:KEY, hard:KEY or session:KEY, not "${text}".`);
  return { mode, key };
}

function readAfter(text: string): { jobId: string; on: 'success' | 'end' } {
  const ends = text.endsWith(':end');
  return { jobId: ends ? text.slice(0, -4) : text, on: ends ? 'end' : 'success' };
}

const msOf = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time, or how long from now. */
export function readTime(text: string, option: string): string {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time =
    count === undefined ? Date.parse(text) : Date.now() + wholeNumber(count, option) * msOf[unit as keyof typeof msOf];
  if (Number.isNaN(time))
    throw new AppError(
      'USAGE',
      `${option} takes a time (2026-12-01T08:00:00Z) or how long from now (30m, 4h, 2d), not "${text}".`,
    );
  return new Date(time).toISOString();
}

/** A group by its id or name. */
export async function findGroupId(client: OrchestratorClient, name: string, signal: AbortSignal): Promise<string> {
  let cursor: string | undefined;
  do {
    const page = await client.call('GET', '/robot-groups', pageOf(robotGroupSchema), {
      query: { limit: 500, cursor },
      signal,
    });
    const found = page.items.find((group) => group.id === name || group.name === name);
    if (found) return found.id;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  throw new AppError('NOT_FOUND', `There is no robot group "${name}". See: casare robot-groups list.`);
}
