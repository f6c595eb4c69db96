import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  AppError,
  answerFaults,
  asAppError,
  formSettingsSchema,
  hasEnded,
  type HumanValues,
  type JobState,
} from '@casare/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { sql } from '../../db/sql.ts';
import { inTenant, oneInTenant } from '../../db/transaction.ts';
import { pathOf } from '../addresses.ts';
import { deliver, documentOf } from '../deliver.ts';
import { deliveryColumns, type DeliveryRow } from '../delivery-row.ts';
import { fieldsOf, type FormSettings, readValues } from '../kinds/form.ts';
import { type Addressed, openAddress } from './addressed.ts';
import { formPage, formStyle, problemPage, sentPage } from './form-page.ts';
import { takeRawBodies } from './hooks.ts';
import { readForm } from './read-body.ts';

const ticketMs = 24 * 3_600_000;

/** No script at all, no frame round it, and it sends to this server only. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  // Without it a browser would not say from where a form is sent.
  'referrer-policy': 'same-origin',
};

/** Forms whose address one has to know. Nobody is signed in there, so there is nothing that another site could misuse. */
export function addForms(app: FastifyInstance, context: Context): void {
  void app.register((scope, _options, done) => {
    takeRawBodies(scope);
    scope.addHook('onRequest', (_request, reply, next) => {
      reply.headers(headers);
      next();
    });
    scope.setErrorHandler((error, _request, reply) => {
      const { status, code, message } = asAppError(error);
      const text = code === 'INTERNAL' ? 'Something went wrong here. Try again later.' : message;
      return page(
        reply.code(status),
        problemPage(status === 404 ? 'There is no such form' : 'This did not work', text),
      );
    });
    scope.get('/forms/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(formStyle));
    scope.get('/forms/:address', async (request, reply) => {
      const form = await openForm(request);
      return page(reply, show(form, {}, {}));
    });
    scope.post('/forms/:address', { bodyLimit: 1024 * 1024 }, async (request, reply) =>
      take(request, reply, await openForm(request)),
    );
    scope.get('/forms/:address/sent/:key', async (request, reply) => {
      const form = await openForm(request);
      const { key } = request.params as { key: string };
      return page(reply, await showSent(form, key));
    });
    done();
  });

  interface Form extends Addressed {
    readonly settings: FormSettings;
    readonly title: string;
    readonly fields: ReturnType<typeof fieldsOf>;
  }

  async function openForm(request: FastifyRequest): Promise<Form> {
    const { address } = request.params as { address: string };
    const addressed = await openAddress(context, address, ['form']);
    const { trigger } = addressed;
    if (!trigger.enabled) throw new AppError('UNAVAILABLE', 'This form is closed at the moment. Try again later.');
    const settings = formSettingsSchema.parse(trigger.settings);
    const document = await inTenant(context.database.pool, trigger.tenant_id, (db) => documentOf(context, db, trigger));
    return { ...addressed, settings, title: settings.title || document.name, fields: fieldsOf(settings, document) };
  }

  async function take(request: FastifyRequest, reply: FastifyReply, form: Form) {
    const type = request.headers['content-type'] ?? '';
    if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded'))
      throw new AppError('VALIDATION', 'A form sends application/x-www-form-urlencoded.', { status: 415 });
    if (!isFromHere(request))
      throw new AppError('FORBIDDEN', 'The form was sent from another page. Open its address and fill it in there.');
    const sent = readForm(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    const values = readValues(form.fields, sent);
    const ticket = readTicket(form, sent['ticket']);
    if (ticket === undefined)
      return page(reply.code(409), show(form, values, {}, 'The form was open for too long. Please send it once more.'));
    const faults = faultsOf(form, values);
    if (Object.keys(faults).length > 0) return page(reply.code(422), show(form, values, faults));
    // The ticket is the message: sent twice, it is one job.
    const { row } = await deliver(context, form.trigger, {
      messageId: `form:${ticket}`,
      payload: { values, submittedAt: new Date().toISOString() },
    });
    if (row.state === 'refused')
      return page(reply.code(422), show(form, values, {}, row.reason?.message ?? 'This could not be taken.'));
    return reply
      .code(303)
      .header('location', `${pathOf(form.trigger)}/sent/${row.answer_key}`)
      .send();
  }

  function show(form: Form, values: HumanValues, faults: Record<string, string>, problem?: string): string {
    const { title, settings, fields } = form;
    return formPage({
      title,
      description: settings.description,
      fields,
      values,
      faults,
      submitLabel: settings.submitLabel || 'Send',
      ticket: newTicket(form),
      ...(problem === undefined ? {} : { problem }),
    });
  }

  async function showSent({ trigger, settings, title }: Form, key: string): Promise<string> {
    const [row] = await oneInTenant<DeliveryRow>(
      context.database.pool,
      trigger.tenant_id,
      sql`
        select ${deliveryColumns} from trigger_deliveries d where d.trigger_id = ${trigger.id}::uuid and d.answer_key = ${key}`,
    );
    if (!row) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    return sentPage({
      title,
      thanks: settings.thanks || 'Thank you. What you sent has arrived.',
      state: row.job_state === null ? 'Taken note of.' : words[row.job_state],
      hasEnded: row.job_state === null || hasEnded(row.job_state),
      again: pathOf(trigger) ?? '',
    });
  }
}

const words: Record<JobState, string> = {
  pending: 'Waiting for its turn …',
  running: 'Being worked on …',
  waiting: 'Waiting for somebody to decide …',
  completed: 'Done.',
  failed: 'It did not work out. Somebody will look at it.',
  cancelled: 'It was cancelled.',
};

function faultsOf(
  { fields, trigger }: { fields: ReturnType<typeof fieldsOf>; trigger: Addressed['trigger'] },
  values: HumanValues,
) {
  const task = {
    id: trigger.id,
    kind: 'form',
    workflowName: '',
    nodeId: '',
    title: '',
    text: '',
    fields,
    choices: [],
    deadline: null,
  } as const;
  return answerFaults({ ...task, choices: [] }, { choice: 'submit', values, comment: '' });
}

/** `time.nonce.proof`: made by whoever fetches the form, good for one sending. */
function newTicket({ secrets, trigger }: Addressed): string {
  const text = `${Date.now().toString(36)}.${randomBytes(12).toString('base64url')}`;
  return `${text}.${proofOf(secrets, trigger.id, text).toString('base64url')}`;
}

function readTicket({ secrets, trigger }: Addressed, given: unknown): string | undefined {
  const [time, nonce, proof, ...rest] = typeof given === 'string' ? given.split('.') : [];
  if (time === undefined || nonce === undefined || proof === undefined || rest.length > 0) return undefined;
  const shown = Buffer.from(proof, 'base64url');
  const expected = proofOf(secrets, trigger.id, `${time}.${nonce}`);
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return undefined;
  const age = Date.now() - Number.parseInt(time, 36);
  return age >= 0 && age < ticketMs ? `${time}.${nonce}` : undefined;
}

function proofOf({ signing }: Addressed['secrets'], triggerId: string, text: string): Buffer {
  return createHmac('sha256', signing[0]?.secret ?? '')
    .update(`form ${triggerId} ${text}`)
    .digest();
}

/** Browsers say from where a form is sent; programs say nothing, and have no form of somebody else's to misuse. */
function isFromHere({ headers: { origin, host, ...sent } }: FastifyRequest): boolean {
  const site = sent['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(html);
}
