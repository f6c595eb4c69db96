import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';

const states = ['running', 'stopped', 'starting', 'stopping', 'failed', 'missing'] as const;

export const service = defineNode({
  type: 'system.service',
  version: 1,
  title: 'Service',
  category: 'system',
  icon: 'server-cog',
  description:
    'Tells whether a service of the system runs, or starts, stops or restarts it (systemd on Linux, services on Windows).',
  synonyms: ['daemon', 'systemctl', 'windows service', 'restart'],
  params: z.strictObject({
    action: z.enum(['status', 'start', 'stop', 'restart']).default('status').meta({ title: 'Do' }),
    name: z
      .string()
      .regex(/^[\w@.:\\-]{1,256}$/, 'the name of a service: letters, digits and @ . : _ -')
      .meta({ title: 'Service', placeholder: 'postgresql' }),
  }),
  output: z.object({ name: z.string(), state: z.enum(states), running: z.boolean() }),
  capabilities: ['programs'],
  effect: 'idempotent',
  examples: [{ title: 'Is it running?', params: { name: 'postgresql' } }],
  async run(ctx, { action, name }) {
    const control = process.platform === 'win32' ? windows : systemd;
    if (action !== 'status') await control.act(ctx, action, name);
    const state = await control.state(ctx, name);
    return { output: { name, state, running: state === 'running' } };
  },
});

interface ServiceControl {
  act(ctx: NodeContext, action: 'start' | 'stop' | 'restart', name: string): Promise<void>;
  state(ctx: NodeContext, name: string): Promise<(typeof states)[number]>;
}

async function call(ctx: NodeContext, program: string, args: string[], what: string): Promise<string> {
  const { code, output, errors } = await ctx.programs.run({ program, args }, ctx.signal);
  if (code === 0) return output;
  throw new AppError('PROGRAM_FAILED', `${what} failed: ${(errors || output).trim().slice(0, 1000)}`, {
    details: { code },
  });
}

const systemd: ServiceControl = {
  async act(ctx, action, name) {
    await call(ctx, 'systemctl', ['--no-ask-password', action, '--', name], `To ${action} "${name}"`);
  },
  async state(ctx, name) {
    const text = await call(
      ctx,
      'systemctl',
      ['show', '--property=LoadState,ActiveState', '--', name],
      `To look at "${name}"`,
    );
    if (/^LoadState=not-found$/m.test(text)) return 'missing';
    const active = /^ActiveState=(.*)$/m.exec(text)?.[1];
    const known = {
      active: 'running',
      reloading: 'running',
      activating: 'starting',
      deactivating: 'stopping',
      failed: 'failed',
    } as const;
    return known[active as keyof typeof known] ?? 'stopped';
  },
};

const windows: ServiceControl = {
  async act(ctx, action, name) {
    if (action !== 'start') await call(ctx, 'net', ['stop', name], `To stop "${name}"`);
    if (action !== 'stop') await call(ctx, 'net', ['start', name], `To start "${name}"`);
  },
  async state(ctx, name) {
    const { code, output } = await ctx.programs.run({ program: 'sc', args: ['query', name] }, ctx.signal);
    if (code === 1060) return 'missing';
    const number = /STATE\s*:\s*(\d)/.exec(output)?.[1];
    return ({ '1': 'stopped', '2': 'starting', '3': 'stopping', '4': 'running' } as const)[number ?? ''] ?? 'failed';
  },
};
