import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { multipart } from '../../web/multipart.ts';
import { baseField, timeoutField } from './fields.ts';
import { mediaTypeOf } from './media-type.ts';

const show = (...what: string[]) => ({ 'x-show-if': { what } });
const media = ['image', 'document', 'video', 'audio'] as const;
const long = (title: string, max: number, ...what: string[]) =>
  z
    .string()
    .max(max)
    .default('')
    .meta({ title, 'x-widget': 'textarea', ...show(...what) });

const params = z.strictObject({
  accessToken: z.string().min(1).max(5000).meta({ title: 'Access token', 'x-widget': 'password' }),
  phoneNumberId: z
    .string()
    .regex(/^\d{1,30}$/, 'the id of the number, digits only')
    .meta({ title: 'Number id', description: 'Of the number that sends, as the business account shows it.' }),
  to: z.string().min(5).max(30).meta({ title: 'To', placeholder: '+49 170 1234567' }),
  what: z
    .enum(['text', 'template', ...media, 'location', 'interactive'])
    .default('text')
    .meta({
      title: 'Send',
      description: 'To a person who has not written within 24 hours only a template may be sent.',
    }),
  text: long('Text', 4096, 'text', 'interactive', 'image', 'document', 'video'),
  previewUrl: z
    .boolean()
    .default(false)
    .meta({ title: 'Preview of links', 'x-advanced': true, ...show('text') }),
  template: z
    .string()
    .max(512)
    .default('')
    .meta({ title: 'Template', ...show('template') }),
  language: z
    .string()
    .max(20)
    .default('en_US')
    .meta({ title: 'Language', ...show('template') }),
  values: z
    .array(z.string().max(1024))
    .max(50)
    .default([])
    .meta({ title: 'Values of the template', 'x-widget': 'list', ...show('template') }),
  components: z
    .array(z.record(z.string(), z.unknown()))
    .max(20)
    .default([])
    .meta({ title: 'Own components', 'x-widget': 'json', 'x-advanced': true, ...show('template') }),
  file: z
    .string()
    .max(4096)
    .default('')
    .meta({
      title: 'File',
      description: 'A file of this machine, an https address, or id: and the id of uploaded media.',
      'x-widget': 'file',
      ...show(...media),
    }),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .default(0)
    .meta({ title: 'Latitude', ...show('location') }),
  longitude: z
    .number()
    .min(-180)
    .max(180)
    .default(0)
    .meta({ title: 'Longitude', ...show('location') }),
  placeName: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Name of the place', ...show('location') }),
  address: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Address', ...show('location') }),
  buttons: z
    .array(z.string().min(1).max(20))
    .max(3)
    .default([])
    .meta({
      title: 'Buttons',
      description: 'Up to three answers to press.',
      'x-widget': 'list',
      ...show('interactive'),
    }),
  interactive: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({
      title: 'Own interactive part',
      description: 'A list or another form, as the service describes it, in place of the buttons.',
      'x-widget': 'json',
      'x-advanced': true,
      ...show('interactive'),
    }),
  baseUrl: baseField('https://graph.facebook.com/v23.0'),
  timeoutMs: timeoutField,
});
type Message = z.output<typeof params>;

const faultSchema = z.object({ error: z.object({ message: z.string(), code: z.number().optional() }) });
const sentSchema = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });

export const whatsapp = defineNode({
  type: 'messaging.whatsapp',
  version: 1,
  title: 'Send to WhatsApp',
  category: 'messaging',
  icon: 'message-circle',
  description: 'Sends a text, template, file, place or question through the WhatsApp Business Cloud API.',
  synonyms: ['whatsapp', 'template', 'media', 'interactive', 'buttons', 'location', 'chat'],
  params,
  output: z.object({ messageId: z.string() }),
  effect: 'once',
  examples: [
    {
      title: 'A template',
      params: {
        accessToken: '${vars.token}',
        phoneNumberId: '1234567890',
        to: '+491701234567',
        what: 'template',
        template: 'order_ready',
        values: ['7'],
      },
    },
  ],
  async run(ctx, params) {
    const content = await contentOf(ctx, params);
    const data = await call(ctx, params, 'messages', {
      json: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: params.to.replaceAll(/[^\d]/g, ''),
        ...content,
      },
    });
    const sent = sentSchema.safeParse(data);
    if (!sent.success)
      throw new AppError(
        'STEP_IN_DOUBT',
        'WhatsApp took the message but its answer has an unknown form. Look there whether it was sent.',
      );
    return { output: { messageId: sent.data.messages[0]?.id ?? '' } };
  },
});

async function contentOf(ctx: NodeContext, params: Message): Promise<Record<string, unknown>> {
  const { what, text, previewUrl, template, language, values, components, latitude, longitude, placeName, address } =
    params;
  switch (what) {
    case 'text':
      return { type: what, text: { body: text, preview_url: previewUrl } };
    case 'template': {
      const body = values.map((value) => ({ type: 'text', text: value }));
      const parts = components.length > 0 ? components : body.length > 0 ? [{ type: 'body', parameters: body }] : [];
      return {
        type: what,
        template: { name: template, language: { code: language }, ...(parts.length > 0 ? { components: parts } : {}) },
      };
    }
    case 'location':
      return { type: what, location: { latitude, longitude, name: placeName, address } };
    case 'interactive': {
      const buttons = params.buttons.map((title, i) => ({ type: 'reply', reply: { id: `button-${i + 1}`, title } }));
      const own = Object.keys(params.interactive).length > 0;
      return {
        type: what,
        interactive: own ? params.interactive : { type: 'button', body: { text }, action: { buttons } },
      };
    }
    case 'image':
    case 'document':
    case 'video':
    case 'audio': {
      const name = params.file.split(/[\\/]/).at(-1) ?? '';
      return {
        type: what,
        [what]: {
          ...(await mediaOf(ctx, params)),
          ...(text === '' || what === 'audio' ? {} : { caption: text }),
          ...(what === 'document' ? { filename: name } : {}),
        },
      };
    }
  }
}

async function mediaOf(ctx: NodeContext, params: Message): Promise<{ link: string } | { id: string }> {
  const { file } = params;
  if (file === '') throw new AppError('PARAMS_INVALID', 'No file is named. Choose the file to send.');
  if (/^https:\/\//i.test(file)) return { link: file };
  if (file.startsWith('id:')) return { id: file.slice(3) };
  const type = mediaTypeOf(file);
  const form = await multipart(ctx, [{ field: 'file', file, contentType: type }], {
    messaging_product: 'whatsapp',
    type,
  });
  const data = await call(ctx, params, 'media', {
    body: form.body,
    headers: { 'content-type': form.contentType },
    once: false,
  });
  return { id: z.object({ id: z.string() }).parse(data).id };
}

async function call(
  ctx: NodeContext,
  { baseUrl, phoneNumberId, accessToken, timeoutMs }: Message,
  endpoint: string,
  {
    headers = {},
    once = true,
    ...content
  }: { json?: unknown; body?: Parameters<typeof callApi>[1]['body']; headers?: Record<string, string>; once?: boolean },
): Promise<unknown> {
  const { data } = await callApi(ctx, {
    service: 'WhatsApp',
    url: `${baseUrl.replace(/\/+$/, '')}/${phoneNumberId}/${endpoint}`,
    headers: { ...headers, authorization: `Bearer ${accessToken}` },
    ...content,
    secrets: [accessToken],
    once,
    timeoutMs,
    reasonOf: (answer) => faultSchema.safeParse(answer).data?.error.message,
  });
  return data;
}
