import { AppError, inviteReplySchema, pageOf, personSchema, roleSchema, ROLES } from '@casare/shared';
import { z } from 'zod';
import { defineCommand, textOption, wholeNumber } from '../define-command.ts';

export const peopleList = defineCommand({
  usage: 'people list',
  summary: 'List the people of the workspace',
  remote: true,
  options: [{ flags: '--search <text>', description: 'in name and address' }],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/people', pageOf(personSchema), {
      query: { limit: 500, search: textOption(options, 'search') },
      signal: ctx.signal,
    });
    const rows = page.items.map((person) => ({
      ...person,
      seen: person.lastSeenAt?.slice(0, 16) ?? 'never',
      code: person.totp ? 'yes' : 'no',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'name', 'email', 'role', 'code', 'sessions', 'seen']));
  },
});

export const peopleInvite = defineCommand({
  usage: 'people invite <email>',
  summary: 'Invite somebody; the token is shown this once, give it to them yourself',
  remote: true,
  options: [
    { flags: '--role <role>', description: ROLES.join(', '), default: 'viewer' },
    { flags: '--days <n>', description: 'days the invitation is good', default: '7' },
  ],
  async run(ctx, [email = ''], options) {
    const reply = await ctx.orchestrator().call('POST', '/invitations', inviteReplySchema, {
      body: {
        email,
        role: roleOf(textOption(options, 'role') ?? ''),
        expiresInDays: wholeNumber(textOption(options, 'days') ?? '7', '--days'),
      },
      signal: ctx.signal,
    });
    const { invitation, token } = reply;
    ctx.out.result(
      reply,
      `${token}\n(${invitation.email} comes in as ${invitation.role} with: casare login --token …, until ${invitation.expiresAt.slice(0, 10)})`,
    );
  },
});

export const peopleRole = defineCommand({
  usage: 'people role <id> <role>',
  summary: 'Give a person another role in the workspace',
  remote: true,
  async run(ctx, [id = '', role = '']) {
    const person = await ctx.orchestrator().call('PUT', `/people/${encodeURIComponent(id)}/role`, personSchema, {
      body: { role: roleOf(role) },
      signal: ctx.signal,
    });
    ctx.out.result(person, `${person.name} is ${person.role}`);
  },
});

export const peopleSuper = defineCommand({
  usage: 'people super <id> <on-or-off>',
  summary: 'Make a person a super admin of all tenants, or take that away',
  remote: true,
  async run(ctx, [id = '', wanted = '']) {
    if (wanted !== 'on' && wanted !== 'off') throw new AppError('USAGE', 'Say "on" or "off".');
    const person = await ctx.orchestrator().call('PUT', `/people/${encodeURIComponent(id)}/super`, personSchema, {
      body: { super: wanted === 'on' },
      signal: ctx.signal,
    });
    ctx.out.result(person, `${person.name} is ${person.super ? 'a' : 'no'} super admin`);
  },
});

export const peopleSignOut = defineCommand({
  usage: 'people sign-out <id>',
  summary: 'End every session of a person',
  remote: true,
  async run(ctx, [id = '']) {
    await ctx
      .orchestrator()
      .call('POST', `/people/${encodeURIComponent(id)}/sign-out`, z.unknown(), { signal: ctx.signal });
    ctx.out.result({ id }, 'signed out everywhere');
  },
});

export const peopleRemove = defineCommand({
  usage: 'people remove <id>',
  summary: 'Take a person out of the workspace',
  remote: true,
  async run(ctx, [id = '']) {
    await ctx.orchestrator().call('DELETE', `/people/${encodeURIComponent(id)}`, z.unknown(), { signal: ctx.signal });
    ctx.out.result({ id }, 'removed from the workspace');
  },
});

function roleOf(text: string) {
  const role = roleSchema.safeParse(text);
  if (role.success) return role.data;
  throw new AppError('USAGE', `A role is one of ${ROLES.join(', ')}, not "${text}".`);
}
