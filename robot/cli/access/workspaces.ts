import { AppError, meSchema, workspaceSchema } from '@casare/shared';
import { type CommandContext, defineCommand } from '../define-command.ts';
import { openSessionFile } from './kept-session.ts';

const me = (ctx: CommandContext) => ctx.orchestrator().call('GET', '/me', meSchema, { signal: ctx.signal });

export const workspacesList = defineCommand({
  usage: 'workspaces list',
  summary: 'List the workspaces you may work in; the present one is marked',
  remote: true,
  async run(ctx) {
    const { workspaces, workspaceId } = await me(ctx);
    const rows = workspaces.map((each) => ({
      ...each,
      tenant: each.tenantName,
      role: each.role ?? '–',
      here: each.id === workspaceId ? 'here' : '',
    }));
    ctx.out.result({ items: workspaces, workspaceId }, ctx.out.table(rows, ['id', 'name', 'tenant', 'role', 'here']));
  },
});

export const workspacesUse = defineCommand({
  usage: 'workspaces use <workspace>',
  summary: 'Work in another workspace from now on; by id or name, needs "casare login"',
  remote: true,
  async run(ctx, [wanted = '']) {
    const file = openSessionFile(ctx.env);
    const kept = await file.read();
    if (!kept || 'key' in kept.signOn)
      throw new AppError('USAGE', 'A key has one workspace. Sign in with "casare login" to choose among yours.');
    const { workspaces } = await me(ctx);
    const found = workspaces.filter(({ id, name }) => id === wanted || name === wanted);
    const [workspace] = found;
    if (!workspace || found.length > 1)
      throw new AppError(
        workspace ? 'USAGE' : 'NOT_FOUND',
        workspace
          ? `${found.length} workspaces are called "${wanted}". Give the id.`
          : `You are in no workspace "${wanted}".`,
      );
    // Read again: asking may have renewed the tokens.
    const fresh = (await file.read()) ?? kept;
    await file.write({ ...fresh, signOn: { ...fresh.signOn, workspaceId: workspace.id } as typeof fresh.signOn });
    ctx.out.result(workspace, `working in ${workspace.name} of ${workspace.tenantName}`);
  },
});

export const workspacesCreate = defineCommand({
  usage: 'workspaces create <name>',
  summary: 'Make a workspace; you are its first admin',
  remote: true,
  async run(ctx, [name = '']) {
    const made = await ctx
      .orchestrator()
      .call('POST', '/workspaces', workspaceSchema, { body: { name }, signal: ctx.signal });
    ctx.out.result(made, `made ${made.name} (${made.id})`);
  },
});
