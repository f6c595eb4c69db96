import { createHash } from 'node:crypto';
import { AppError, type chatSettingsSchema } from '@casare/shared';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { deliver } from '../deliver.ts';
import { type HookAnswer, jsonAnswer } from '../http/answer.ts';
import { awaitJob } from '../http/await-job.ts';
import type { HookMessage } from '../http/hook-message.ts';
import { readBody } from '../http/read-body.ts';
import { checkSlack, checkStandard } from '../http/standard-webhooks.ts';
import type { TriggerRow } from '../trigger-row.ts';
import { chatText } from './chat-text.ts';
import type { KindRules } from './kind-rules.ts';
import { parseCommand } from './parse-command.ts';

type Settings = z.output<typeof chatSettingsSchema>;

export const chatRules: KindRules = { kind: 'chat' };

const text = z.string().max(10_000).default('');
/** A command as Slack sends it in form fields, or as anybody sends it in JSON. */
const messageSchema = z.object({
  text,
  command: text,
  user_id: text,
  user_name: text,
  channel_id: text,
  channel_name: text,
  team_domain: text,
  user: text,
  channel: text,
  response_url: text,
  responseUrl: text,
  /** Slack asks once whether the address is ours. */
  type: text,
  challenge: text,
});

/** A text of a chat starts a job; the answer is a text as well. */
export async function answerChat(
  context: Context,
  trigger: TriggerRow,
  settings: Settings,
  message: HookMessage,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<HookAnswer> {
  const messageId = checkSender(message, settings, secrets);
  const parsed = messageSchema.safeParse(readBody(message.headers['content-type'], message.body));
  if (!parsed.success) throw new AppError('VALIDATION', 'A chat message has a "text". Send JSON or form fields.');
  const { data } = parsed;
  if (data.type === 'url_verification') return jsonAnswer(200, { challenge: data.challenge });
  const { command, args, options } = parseCommand(data.text);
  if (settings.commands && !settings.commands.some((known) => known.toLowerCase() === command))
    return say(`Commands: ${settings.commands.join(', ')}.`);
  const replyUrl = data.response_url || data.responseUrl;
  const { row } = await deliver(context, trigger, {
    messageId,
    hash: createHash('sha256').update(message.body).digest(),
    payload: {
      text: data.text,
      command,
      args,
      options,
      slashCommand: data.command,
      user: { id: data.user_id || data.user, name: data.user_name || data.user },
      channel: { id: data.channel_id || data.channel, name: data.channel_name || data.channel },
      team: data.team_domain,
    },
    ...(replyUrl === '' ? {} : { replyUrl }),
  });
  if (row.state === 'filtered') return say('Nothing to do.');
  if (row.job_id === null) return say(row.reason?.message ?? 'This could not be taken.');
  // Who gave an address hears of the end there, and only there.
  const job =
    replyUrl === ''
      ? await awaitJob(context, trigger.tenant_id, row.job_id, settings.answerSeconds * 1000, signal)
      : undefined;
  return say(job ? chatText(job) : 'Started. You will hear of it.', { jobId: row.job_id });
}

function checkSender({ headers, body, now }: HookMessage, { scheme }: Settings, secrets: readonly string[]): string {
  if (scheme === 'standard')
    return checkStandard(
      {
        id: headers['webhook-id'],
        timestamp: headers['webhook-timestamp'],
        signature: headers['webhook-signature'],
        body,
      },
      secrets,
      now,
    );
  const signature = headers['x-slack-signature'];
  checkSlack({ timestamp: headers['x-slack-request-timestamp'], signature, body }, secrets, now);
  // Every signature is over the time and the content: the same one is the same message.
  return `slack:${createHash('sha256').update(`${signature}`).digest('hex')}`;
}

function say(words: string, more: Record<string, unknown> = {}): HookAnswer {
  return jsonAnswer(200, { response_type: 'ephemeral', text: words, ...more });
}
