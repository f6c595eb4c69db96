import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SeenRequest, startTestServer } from '../http/test-server.ts';
import { findNode, openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
await writeFile(join(bench.folder, 'pic.png'), Buffer.from([137, 80, 78, 71, 1]));
await writeFile(join(bench.folder, 'report.pdf'), '%PDF-1.7');

const isJson = ({ headers }: SeenRequest) => headers['content-type'] === 'application/json';
const jsonOf = (request: SeenRequest): unknown => (isJson(request) ? JSON.parse(request.body.toString()) : undefined);
const formOf = ({ body, headers }: SeenRequest) =>
  new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();

/** Each service as its own description has it: what it wants, and how it refuses. */
const slackWants = z.strictObject({
  text: z.string().min(1),
  blocks: z.array(z.looseObject({ type: z.string() })).optional(),
  thread_ts: z.string().optional(),
});
const teamsWants = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.looseObject({
        type: z.literal('AdaptiveCard'),
        version: z.string(),
        body: z.array(z.looseObject({ type: z.string() })).min(1),
      }),
    }),
  ]),
});
const telegramWants: Record<string, z.ZodType> = {
  sendMessage: z.strictObject({
    chat_id: z.string(),
    text: z.string().min(1),
    parse_mode: z.enum(['HTML', 'Markdown', 'MarkdownV2']).optional(),
    disable_notification: z.literal(true).optional(),
    reply_parameters: z.strictObject({ message_id: z.int() }).optional(),
    reply_markup: z.strictObject({ inline_keyboard: z.array(z.array(z.looseObject({ text: z.string() }))) }).optional(),
  }),
  sendLocation: z.strictObject({ chat_id: z.string(), latitude: z.number(), longitude: z.number() }),
  sendPhoto: z.strictObject({ chat_id: z.string(), photo: z.string(), caption: z.string().optional() }),
  editMessageText: z.strictObject({
    chat_id: z.string(),
    message_id: z.int(),
    text: z.string(),
    parse_mode: z.string().optional(),
  }),
  deleteMessage: z.strictObject({ chat_id: z.string(), message_id: z.int() }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: z.string(),
    text: z.string().optional(),
    show_alert: z.literal(true).optional(),
  }),
  getUpdates: z.strictObject({
    limit: z.int(),
    timeout: z.int(),
    offset: z.int().optional(),
    allowed_updates: z.array(z.string()).optional(),
  }),
};
const whatsappWants = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual'),
  to: z.string().regex(/^\d+$/),
  type: z.enum(['text', 'template', 'image', 'document', 'video', 'audio', 'location', 'interactive']),
});

const server = await startTestServer((request, response) => {
  const json = (status: number, data: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
  const { pathname, searchParams } = new URL(request.url, 'http://server');
  const [service = '', token = '', method = ''] = pathname.slice(1).split('/');
  const data = jsonOf(request);
  if (token === 'busy') return json(429, { message: 'slow down', retry_after: 1.5 }, { 'retry-after': '2' });
  if (token === 'broken') return response.destroy();
  if (token === 'down') return json(500, {});
  switch (service) {
    case 'slack':
      return slackWants.safeParse(data).success ? response.end('ok') : response.writeHead(400).end('invalid_payload');
    case 'teams':
      return teamsWants.safeParse(data).success
        ? response.writeHead(202).end()
        : response.writeHead(400).end('bad card');
    case 'discord':
      return searchParams.get('wait') === 'true' ? json(200, { id: '99' }) : response.writeHead(204).end();
    case 'telegram': {
      if (token !== 'bot12:secret')
        return json(401, { ok: false, error_code: 401, description: `Unauthorized ${token}` });
      if (data !== undefined && telegramWants[method]?.safeParse(data).success !== true)
        return json(400, { ok: false, error_code: 400, description: 'Bad Request: wrong form' });
      const message = { message_id: 7 };
      if (method === 'getUpdates')
        return json(200, {
          ok: true,
          result: [
            { update_id: 41, message },
            { update_id: 42, callback_query: { id: 'c' } },
          ],
        });
      if (method === 'sendMediaGroup') return json(200, { ok: true, result: [message, { message_id: 8 }] });
      return json(200, { ok: true, result: method.startsWith('send') ? message : true });
    }
    case 'whatsapp':
      if (request.headers.authorization !== 'Bearer token-1')
        return json(401, { error: { message: 'Invalid OAuth access token', code: 190 } });
      if (method === 'media') return json(200, { id: 'media-1' });
      return whatsappWants.safeParse(data).success
        ? json(200, { messaging_product: 'whatsapp', messages: [{ id: 'wamid.1' }] })
        : json(400, { error: { message: 'Parameter value is not valid', code: 100 } });
    default:
      return json(200, { seen: true });
  }
});
const hook = (path: string) => `${server.url}/${path}`;
const last = () => {
  const seen = server.seen.at(-1);
  if (!seen) throw new Error('Nothing was sent.');
  return seen;
};

describe('webhooks of chats', () => {
  it('write into Slack', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Ready*' } }];
    expect((await bench.run('messaging.slack', { webhookUrl: hook('slack/x'), text: 'Ready', blocks })).output).toEqual(
      { isSent: true },
    );
    expect(jsonOf(last())).toEqual({ text: 'Ready', blocks });
    expect(await bench.fail('messaging.slack', { webhookUrl: hook('slack/x') })).toMatchObject({
      code: 'HTTP_FAILED',
      retryable: false,
      message: expect.stringContaining('invalid_payload'),
    });
  });

  it('post a card into Teams', async () => {
    const params = {
      webhookUrl: hook('teams/x'),
      heading: 'Report',
      text: 'Ready',
      facts: { Orders: '17' },
      linkUrl: 'https://a.example',
    };
    expect((await bench.run('messaging.teams', params)).output).toEqual({ isSent: true });
    const { attachments } = jsonOf(last()) as { attachments: { content: { body: object[]; actions: object[] } }[] };
    expect(attachments[0]?.content.body).toMatchObject([
      { text: 'Report' },
      { text: 'Ready' },
      { facts: [{ title: 'Orders', value: '17' }] },
    ]);
    expect(attachments[0]?.content.actions).toMatchObject([{ type: 'Action.OpenUrl', url: 'https://a.example' }]);
    const card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'own' }] };
    await bench.run('messaging.teams', { webhookUrl: hook('teams/x'), card });
    expect(jsonOf(last())).toMatchObject({ attachments: [{ content: card }] });
  });

  it('write into Discord, with files, and call nobody by a text from outside', async () => {
    const { output } = await bench.run('messaging.discord', { webhookUrl: hook('discord/x'), text: '@everyone' });
    expect(output).toEqual({ messageId: '99' });
    expect(jsonOf(last())).toEqual({ content: '@everyone', allowed_mentions: { parse: [] } });
    await bench.run('messaging.discord', {
      webhookUrl: hook('discord/x'),
      text: 'see',
      files: ['pic.png', 'report.pdf'],
    });
    const form = await formOf(last());
    expect(JSON.parse(form.get('payload_json') as string)).toMatchObject({ content: 'see' });
    expect([(form.get('files[0]') as File).name, (form.get('files[1]') as File).size]).toEqual(['pic.png', 8]);
  });

  it('tell any other program, with the error and what the run is', async () => {
    const error = { code: 'HTTP_FAILED', message: 'no answer' };
    const { output } = await bench.run('messaging.notify', {
      webhookUrl: hook('any/x'),
      message: 'Failed',
      level: 'error',
      error,
    });
    expect(output).toEqual({ status: 200, answer: { seen: true } });
    expect(jsonOf(last())).toMatchObject({
      message: 'Failed',
      level: 'error',
      error,
      runId: 'run-1',
      id: 'effect-key-of-this-step',
    });
    expect(last().headers['idempotency-key']).toBe('effect-key-of-this-step');
    await bench.run('messaging.notify', { webhookUrl: hook('any/x'), message: 'Failed', error, form: 'text' });
    expect(jsonOf(last())).toEqual({ text: 'Failed (no answer)' });
    await bench.run('messaging.notify', { webhookUrl: hook('any/x'), message: 'Plain', form: 'plain' });
    expect(last().body.toString()).toBe('Plain');
  });
});

describe('a message', () => {
  it('is tried again only when it certainly was not sent', async () => {
    const send = (path: string) => bench.fail('messaging.slack', { webhookUrl: hook(path), text: 'x' });
    expect(await send('slack/busy')).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      details: { retryAfterMs: 2000 },
    });
    expect(await send('slack/down')).toMatchObject({ code: 'HTTP_FAILED', retryable: false });
    expect(await send('slack/broken')).toMatchObject({ code: 'STEP_IN_DOUBT', retryable: false });
    const nobody = await bench.fail('messaging.slack', {
      webhookUrl: 'http://127.0.0.1:1/services/T/B/secret-part',
      text: 'x',
    });
    expect(nobody).toMatchObject({ code: 'HTTP_FAILED', retryable: true });
    expect(await bench.fail('messaging.discord', { webhookUrl: hook('discord/busy'), text: 'x' })).toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: 1500 },
    });
    for (const type of ['slack', 'teams', 'discord', 'telegramSend', 'whatsapp'])
      expect(findNode(`messaging.${type}`).effect).toBe('once');
  });

  it('gives away no address and no token in its errors', async () => {
    const errors = [
      await bench.fail('messaging.slack', { webhookUrl: 'http://127.0.0.1:1/services/T/B/secret-part', text: 'x' }),
      await bench.fail('messaging.slack', { webhookUrl: hook('slack/broken/secret-part'), text: 'x' }),
      await bench.fail('messaging.teams', { webhookUrl: hook('teams/down/secret-part?sig=secret-part'), text: 'x' }),
      await bench.fail('messaging.telegramSend', {
        baseUrl: hook('telegram'),
        botToken: '9:secret-part',
        chatId: '1',
        text: 'x',
      }),
      await bench.fail('messaging.whatsapp', {
        baseUrl: hook('whatsapp'),
        accessToken: 'secret-part',
        phoneNumberId: '1',
        to: '+49 170',
        text: 'x',
      }),
    ];
    for (const error of errors) expect(JSON.stringify([error.message, error.details])).not.toContain('secret-part');
  });
});

describe('telegram', () => {
  const bot = { baseUrl: hook('telegram'), botToken: '12:secret' };
  const send = async (params: Record<string, unknown>) =>
    (await bench.run('messaging.telegramSend', { ...bot, chatId: '@reports', ...params })).output;

  it('sends texts, places and files', async () => {
    expect(
      await send({
        text: '<b>x</b>',
        markup: 'HTML',
        isSilent: true,
        replyTo: 3,
        buttons: [[{ text: 'Yes', callback_data: 'y' }]],
      }),
    ).toEqual({
      messageId: 7,
      messageIds: [7],
    });
    await send({ what: 'location', latitude: 52.5, longitude: 13.4 });
    await send({ what: 'photo', file: 'https://a.example/p.png', text: 'seen' });
    expect(jsonOf(last())).toEqual({ chat_id: '@reports', photo: 'https://a.example/p.png', caption: 'seen' });
    await send({ what: 'photo', file: 'id:abc' });
    expect(jsonOf(last())).toMatchObject({ photo: 'abc' });
    await send({ what: 'document', file: 'report.pdf', text: 'the report' });
    const form = await formOf(last());
    expect([last().url, form.get('caption'), (form.get('document') as File).name]).toEqual([
      '/telegram/bot12:secret/sendDocument',
      'the report',
      'report.pdf',
    ]);
  });

  it('sends an album of files and addresses', async () => {
    expect(
      (await send({ what: 'album', files: ['pic.png', 'https://a.example/p.png'], text: 'both' })).messageIds,
    ).toEqual([7, 8]);
    const form = await formOf(last());
    expect(JSON.parse(form.get('media') as string)).toEqual([
      { type: 'photo', media: 'attach://picture0', caption: 'both' },
      { type: 'photo', media: 'https://a.example/p.png' },
    ]);
    expect((form.get('picture0') as File).size).toBe(5);
    expect(
      await bench.fail('messaging.telegramSend', { ...bot, chatId: '1', what: 'album', files: ['pic.png'] }),
    ).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  it('changes, deletes, reads and answers', async () => {
    const message = { ...bot, chatId: '1', messageId: 7 };
    expect((await bench.run('messaging.telegramEdit', { ...message, text: 'new' })).output).toEqual({ isDone: true });
    expect((await bench.run('messaging.telegramEdit', { ...message, action: 'delete' })).output).toEqual({
      isDone: true,
    });
    const { output } = await bench.run('messaging.telegramUpdates', { ...bot, offset: 5, kinds: ['message'] });
    expect(output).toMatchObject({ count: 2, nextOffset: 43, updates: [{ update_id: 41 }, { update_id: 42 }] });
    expect(
      (await bench.run('messaging.telegramAnswer', { ...bot, callbackId: 'c', text: 'Noted', isAlert: true })).output,
    ).toEqual({ isDone: true });
  });

  it('says what Telegram refuses', async () => {
    expect(await bench.fail('messaging.telegramSend', { ...bot, chatId: '1', text: '' })).toMatchObject({
      message: expect.stringContaining('wrong form'),
    });
    expect(
      await bench.fail('messaging.telegramSend', { ...bot, botToken: 'wrong', chatId: '1', text: 'x' }),
    ).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('whatsapp', () => {
  const account = {
    baseUrl: `${server.url}/whatsapp`,
    accessToken: 'token-1',
    phoneNumberId: '555',
    to: '+49 170-1234',
  };
  const sent = async (params: Record<string, unknown>) => {
    expect((await bench.run('messaging.whatsapp', { ...account, ...params })).output).toEqual({ messageId: 'wamid.1' });
    return jsonOf(last());
  };

  it('sends texts, templates, places and questions', async () => {
    expect(await sent({ text: 'hello' })).toMatchObject({
      to: '491701234',
      type: 'text',
      text: { body: 'hello', preview_url: false },
    });
    expect(await sent({ what: 'template', template: 'ready', language: 'de', values: ['7'] })).toMatchObject({
      template: {
        name: 'ready',
        language: { code: 'de' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: '7' }] }],
      },
    });
    expect(await sent({ what: 'location', latitude: 1, longitude: 2, placeName: 'Here' })).toMatchObject({
      location: { latitude: 1, name: 'Here' },
    });
    expect(await sent({ what: 'interactive', text: 'Well?', buttons: ['Yes', 'No'] })).toMatchObject({
      interactive: {
        type: 'button',
        body: { text: 'Well?' },
        action: { buttons: [{ reply: { id: 'button-1', title: 'Yes' } }, { reply: { title: 'No' } }] },
      },
    });
  });

  it('uploads a file first, and only then sends it', async () => {
    const before = server.seen.length;
    expect(await sent({ what: 'document', file: 'report.pdf', text: 'the report' })).toMatchObject({
      document: { id: 'media-1', caption: 'the report', filename: 'report.pdf' },
    });
    const [upload] = server.seen.slice(before);
    const form = await formOf(upload as SeenRequest);
    expect([form.get('messaging_product'), (form.get('file') as File).type]).toEqual(['whatsapp', 'application/pdf']);
    expect(await sent({ what: 'image', file: 'https://a.example/p.png' })).toMatchObject({
      image: { link: 'https://a.example/p.png' },
    });
  });
});
