import { AppError, chatSettingsSchema, webhookSettingsSchema } from '@casare/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { sql } from '../../db/sql.ts';
import { oneInTenant } from '../../db/transaction.ts';
import { deliver } from '../deliver.ts';
import { deliveryColumns, type DeliveryRow } from '../delivery-row.ts';
import { pathOf } from '../addresses.ts';
import { answerChat } from '../kinds/chat.ts';
import { readWebhook } from '../kinds/webhook.ts';
import { goodSecrets } from '../secrets.ts';
import { type Addressed, createRefusals, openAddress } from './addressed.ts';
import { acceptedAnswer, endedAnswer, type HookAnswer, withoutJob } from './answer.ts';
import { awaitJob } from './await-job.ts';
import { messageOf } from './hook-message.ts';

/** Requests that wait for the end of a job at the same time; the others are told where to ask for it. */
const maxWaiting = 500;
const maxBody = 4 * 1024 * 1024;

/** What a stranger sent may come back in an answer: a browser must take nothing in it for a page of this server. */
const headers = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** The addresses of webhooks and chats. Bodies arrive as they were sent, because signatures are over bytes. */
export function addHooks(app: FastifyInstance, context: Context, stopping: AbortSignal): void {
  const opened = new WeakMap<FastifyRequest, Addressed>();
  const noteRefusal = createRefusals(context);
  let waiting = 0;

  void app.register((scope, _options, done) => {
    takeRawBodies(scope);
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers(headers);
      const { address } = request.params as { address: string };
      // Before the body is read: who does not know the address can make us read nothing.
      opened.set(request, await openAddress(context, address, ['webhook', 'chat']));
    });
    scope.post('/hooks/:address', { bodyLimit: maxBody }, async (request, reply) => {
      const addressed = openedBy(request);
      try {
        return await send(reply, await receive(addressed, request, reply));
      } catch (error) {
        await noteRefusal(addressed.trigger, error);
        throw error;
      }
    });
    scope.get('/hooks/:address/answers/:key', async (request, reply) => {
      const { trigger } = openedBy(request);
      const { key } = request.params as { key: string };
      const [row] = await oneInTenant<DeliveryRow>(
        context.database.pool,
        trigger.tenant_id,
        sql`
          select ${deliveryColumns} from trigger_deliveries d
          where d.trigger_id = ${trigger.id}::uuid and d.answer_key = ${key}`,
      );
      if (!row) throw new AppError('NOT_FOUND', 'There is no such answer.');
      return send(reply, await answerFor(addressedPath(trigger), row, trigger.tenant_id, 0, reply));
    });
    done();
  });

  function openedBy(request: FastifyRequest): Addressed {
    const addressed = opened.get(request);
    if (!addressed) throw new TypeError('the hook has opened it');
    return addressed;
  }

  async function receive(
    { trigger, secrets }: Addressed,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<HookAnswer> {
    const message = messageOf(request);
    const good = goodSecrets(secrets, message.now);
    if (trigger.kind === 'chat') {
      const settings = chatSettingsSchema.parse(trigger.settings);
      return answerChat(context, trigger, settings, message, good, stopping);
    }
    const settings = webhookSettingsSchema.parse(trigger.settings);
    if (message.body.length > settings.maxBytes)
      throw new AppError('PAYLOAD_TOO_LARGE', `A body has ${settings.maxBytes} bytes at most here.`);
    const { row, repeated } = await deliver(context, trigger, {
      ...readWebhook(message, settings, good),
      traceParent: request.traceParent,
    });
    const answer = await answerFor(addressedPath(trigger), row, trigger.tenant_id, settings.answerSeconds, reply);
    return repeated ? { ...answer, headers: { ...answer.headers, 'x-repeated': 'true' } } : answer;
  }

  async function answerFor(
    path: string,
    row: DeliveryRow,
    tenantId: string,
    seconds: number,
    reply: FastifyReply,
  ): Promise<HookAnswer> {
    if (row.job_id === null) return withoutJob(row);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const waitMs = waiting < maxWaiting ? seconds * 1000 : 0;
    waiting++;
    try {
      const job = await awaitJob(context, tenantId, row.job_id, waitMs, AbortSignal.any([gone.signal, stopping]));
      return job ? endedAnswer(job, row.job_id) : acceptedAnswer(path, row);
    } finally {
      waiting--;
    }
  }
}

function addressedPath(trigger: Addressed['trigger']): string {
  return pathOf(trigger) ?? '';
}

/** Every body as bytes, whatever it says it is. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function send(reply: FastifyReply, answer: HookAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .serializer((text: unknown) => text as string)
    .send(answer.body);
}
