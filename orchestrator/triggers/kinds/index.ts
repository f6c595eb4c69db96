import type { TriggerKind } from '@casare/shared';
import { chatRules } from './chat.ts';
import { databaseRules } from './database.ts';
import { fileRules } from './file.ts';
import { formRules } from './form.ts';
import { httpPollRules } from './http-poll.ts';
import { jobEndedRules } from './job-ended.ts';
import type { KindRules } from './kind-rules.ts';
import { mailRules } from './mail.ts';
import { queueRules } from './queue.ts';
import { webhookRules } from './webhook.ts';

/** Every kind of trigger. */
export const kindRules: Readonly<Record<TriggerKind, KindRules>> = {
  webhook: webhookRules,
  jobEnded: jobEndedRules,
  httpPoll: httpPollRules,
  file: fileRules,
  mail: mailRules,
  form: formRules,
  queue: queueRules,
  database: databaseRules,
  chat: chatRules,
};
