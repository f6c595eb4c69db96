import { pageOf, robotGroupSchema, robotSchema } from '@casare/shared';
import { z } from 'zod';
import { defineCommand, listOption, textOption, wholeNumber } from './define-command.ts';
import { findGroupId } from './routing-options.ts';

export const robotGroupsList = defineCommand({
  usage: 'robot-groups list',
  summary: 'List robot groups with their robots',
  remote: true,
  async run(ctx) {
    const page = await ctx
      .orchestrator()
      .call('GET', '/robot-groups', pageOf(robotGroupSchema), { query: { limit: 500 }, signal: ctx.signal });
    const rows = page.items.map(({ id, name, robots }) => ({
      id,
      name,
      robots: robots.map((one) => one.name).join(', '),
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'name', 'robots']));
  },
});

export const robotGroupsCreate = defineCommand({
  usage: 'robot-groups create <name>',
  summary: 'Create a robot group',
  remote: true,
  options: [
    { flags: '--description <text>', description: 'what it is for' },
    { flags: '--robot <id>', description: 'a robot in it; may be repeated', repeat: true },
  ],
  async run(ctx, [name = ''], options) {
    const description = textOption(options, 'description');
    const body = { name, ...(description !== undefined && { description }), robotIds: listOption(options, 'robot') };
    const group = await ctx
      .orchestrator()
      .call('POST', '/robot-groups', robotGroupSchema, { body, signal: ctx.signal });
    ctx.out.result(group, `group ${group.id} with ${group.robots.length} robots`);
  },
});

export const robotGroupsDelete = defineCommand({
  usage: 'robot-groups delete <group>',
  summary: 'Delete a robot group that nothing names any more; by id or name',
  remote: true,
  async run(ctx, [name = '']) {
    const client = ctx.orchestrator();
    const id = await findGroupId(client, name, ctx.signal);
    await client.call('DELETE', `/robot-groups/${id}`, z.unknown(), { signal: ctx.signal });
    ctx.out.result({ id }, 'deleted');
  },
});

export const robotSet = defineCommand({
  usage: 'robot set <id>',
  summary: 'Set tags, environment, places and groups of a robot; "reset" goes back to what it says itself',
  remote: true,
  options: [
    { flags: '--tags <names>', description: 'comma separated' },
    { flags: '--environment <name>', description: 'the environment it runs in' },
    { flags: '--max-jobs <n>', description: 'jobs at once, at most what it registered' },
    { flags: '--group <name>', description: 'a group it is in, by id or name; may be repeated', repeat: true },
  ],
  async run(ctx, [id = ''], options) {
    const client = ctx.orchestrator();
    const [tags, environment, places] = ['tags', 'environment', 'maxJobs'].map((name) => textOption(options, name));
    const names = listOption(options, 'group');
    const groupIds = await Promise.all(names.map((name) => findGroupId(client, name, ctx.signal)));
    const body = {
      ...(tags !== undefined && { tags: tags === 'reset' ? null : tags.split(',').map((tag) => tag.trim()) }),
      ...(environment !== undefined && { environment: environment === 'reset' ? null : environment }),
      ...(places !== undefined && {
        maxConcurrentJobs: places === 'reset' ? null : wholeNumber(places, '--max-jobs'),
      }),
      ...(names.length > 0 && { groupIds }),
    };
    const robot = await client.call('PUT', `/robots/${encodeURIComponent(id)}`, robotSchema, {
      body,
      signal: ctx.signal,
    });
    ctx.out.result(
      robot,
      `${robot.name}: tags ${robot.tags.join(', ') || 'none'}, environment ${robot.environment ?? 'none'}, ${robot.maxConcurrentJobs} jobs at once`,
    );
  },
});
