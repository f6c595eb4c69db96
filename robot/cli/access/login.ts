import { readFile } from 'node:fs/promises';
import {
  AppError,
  keepTokens,
  meSchema,
  type SessionTokens,
  sessionTokensSchema,
  signInRequest,
  type SignOnTarget,
} from '@casare/shared';
import { z } from 'zod';
import { createOrchestratorClient } from '../../orchestrator-client.ts';
import { type CommandContext, defineCommand, type OptionValues, textOption } from '../define-command.ts';
import { askInTerminal } from './ask-secret.ts';
import { openSessionFile } from './kept-session.ts';

export const login = defineCommand({
  usage: 'login',
  summary: 'Sign in with e-mail and password; other commands use the session when no key is given',
  options: [
    { flags: '--url <url>', description: 'address of the orchestrator (default: ORCHESTRATOR_URL)' },
    { flags: '--email <address>', description: 'who signs in; asked for without it' },
    { flags: '--password-file <path>', description: 'a file with the password; asked for without it' },
    { flags: '--code <code>', description: 'of the second factor, or a recovery code' },
    { flags: '--token <token>', description: 'of an invitation, or the setup token of an empty installation' },
    { flags: '--name <name>', description: 'with --token: the name others see' },
  ],
  async run(ctx, _args, options) {
    const url = addressOf(ctx, options);
    const target = await targetOf(ctx, url, options);
    const tokens = await signIn(ctx, url, target);
    await openSessionFile(ctx.env).write({ url, signOn: keepTokens(tokens) });
    ctx.out.result(
      { url, person: tokens.person, sessionExpiresAt: tokens.sessionExpiresAt },
      `signed in at ${url} as ${tokens.person.name} (${tokens.person.email})`,
    );
  },
});

async function targetOf(ctx: CommandContext, url: string, options: OptionValues): Promise<SignOnTarget> {
  const token = textOption(options, 'token');
  const code = textOption(options, 'code');
  const needsEmail = token === undefined || token.startsWith('set_');
  const ask = (question: string, isSecret = false) => askInTerminal(question, isSecret, ctx.signal);
  const email = textOption(options, 'email') ?? (needsEmail ? await ask('E-mail:') : undefined);
  const name = token === undefined ? '' : (textOption(options, 'name') ?? (await ask('Your name:')));
  const file = textOption(options, 'passwordFile');
  const password = file === undefined ? await ask('Password:', true) : await readPassword(file);
  const more = code === undefined ? {} : { code };
  if (token !== undefined) return { url, token, name, password, ...(email !== undefined && { email }), ...more };
  return { url, email: email ?? '', password, ...more };
}

async function readPassword(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('FILE_NOT_FOUND', `The password file "${path}" cannot be read.`, { cause });
  });
  return text.replace(/\r?\n$/, '');
}

async function signIn(ctx: CommandContext, url: string, target: SignOnTarget): Promise<SessionTokens> {
  const request = signInRequest(target);
  if (!request) throw new TypeError('login never signs in with a key');
  const send = (body: unknown) =>
    createOrchestratorClient(url).call('POST', request.path.replace('/api/v1', ''), sessionTokensSchema, {
      body,
      signal: ctx.signal,
    });
  try {
    return await send(request.body);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SECOND_FACTOR_NEEDED' || !process.stdin.isTTY) throw error;
    return send({ ...request.body, code: await askInTerminal('Code of your app:', false, ctx.signal) });
  }
}

function addressOf(ctx: CommandContext, options: OptionValues): string {
  const url = textOption(options, 'url') ?? ctx.env.ORCHESTRATOR_URL;
  if (url === undefined || !URL.canParse(url))
    throw new AppError('USAGE', 'Which orchestrator? Give --url, or set ORCHESTRATOR_URL.');
  return new URL(url).origin;
}

export const logout = defineCommand({
  usage: 'logout',
  summary: 'End the session of this user and forget it',
  async run(ctx) {
    const file = openSessionFile(ctx.env);
    const kept = await file.read();
    if (kept)
      // Forgotten here in any case; where nobody answers the session ends by itself.
      await createOrchestratorClient(kept.url, file.signOn(kept.url))
        .call('POST', '/me/sign-out', z.unknown(), { signal: ctx.signal })
        .catch((error: unknown) => ctx.out.note(`the orchestrator was not told: ${(error as Error).message}`));
    await file.write(null);
    ctx.out.result({ signedOut: kept !== null }, kept ? 'signed out' : 'nobody was signed in');
  },
});

export const whoami = defineCommand({
  usage: 'whoami',
  summary: 'Who you are to the orchestrator, where, and what you may do',
  remote: true,
  async run(ctx) {
    const me = await ctx.orchestrator().call('GET', '/me', meSchema, { signal: ctx.signal });
    const who = me.person ? `${me.person.name} (${me.person.email})` : `${me.keyKind} key "${me.name}"`;
    const role = me.person?.super ? 'super admin' : (me.role ?? me.keyKind);
    ctx.out.result(
      me,
      [
        `${who}, ${role}`,
        `workspace ${me.workspaceName} of ${me.tenantName}`,
        `may: ${me.scopes.join(', ') || '–'}`,
      ].join('\n'),
    );
  },
});
