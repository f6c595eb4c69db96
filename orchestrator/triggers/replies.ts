import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants, oneInTenant } from '../db/transaction.ts';
import { readJob } from './http/await-job.ts';
import { chatText } from './kinds/chat-text.ts';

interface DueReply {
  tenant_id: string;
  id: string;
  job_id: string;
  reply_url: string;
  reply_tries: number;
}

const maxTries = 8;
const limit = 20;

/** Sends what became of jobs to where a chat said it wants to hear of it. A reply that was sent and not noted is sent again. */
export async function sendReplies(context: Context, signal: AbortSignal): Promise<void> {
  const due = await oneAcrossTenants<DueReply>(
    context.database.system,
    sql`
      select d.tenant_id, d.id, d.job_id, d.reply_url, d.reply_tries
      from trigger_deliveries d join jobs j on j.tenant_id = d.tenant_id and j.id = d.job_id
      where d.replied_at is null and d.reply_due_at <= clock_timestamp() and j.state in ('completed', 'failed', 'cancelled')
      order by d.reply_due_at limit ${limit}::int`,
  );
  await Promise.all(due.map((reply) => sendReply(context, reply, signal)));
}

async function sendReply(context: Context, reply: DueReply, signal: AbortSignal): Promise<void> {
  // Moved on first: two servers at once send it once, and one that stops in the middle has it sent a minute later.
  const [mine] = await oneInTenant(
    context.database.pool,
    reply.tenant_id,
    sql`
      update trigger_deliveries set reply_tries = reply_tries + 1,
        reply_due_at = clock_timestamp() + make_interval(secs => ${Math.min(3600, 60 * 2 ** reply.reply_tries)})
      where id = ${reply.id}::uuid and reply_tries = ${reply.reply_tries}::int and replied_at is null returning 1`,
  );
  if (!mine) return;
  const job = await readJob(context, reply.tenant_id, reply.job_id);
  const isDone = await post(context, reply.reply_url, job ? chatText(job) : 'Done.', signal);
  if (isDone || reply.reply_tries + 1 >= maxTries)
    await oneInTenant(
      context.database.pool,
      reply.tenant_id,
      sql`update trigger_deliveries set replied_at = clock_timestamp() where id = ${reply.id}::uuid`,
    );
}

/** Whether there is nothing more to be done: it was taken, or it never will be. */
async function post(context: Context, url: string, text: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { status } = await context.egress.request({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', text }),
      maxBytes: 64 * 1024,
      signal,
    });
    return status < 500 && status !== 429;
  } catch (error) {
    return error instanceof AppError && !error.retryable;
  }
}
