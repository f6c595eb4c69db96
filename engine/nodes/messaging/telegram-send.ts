import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { FilePart } from '../../web/multipart.ts';
import { botFields, botLimits, callBot } from './telegram-api.ts';

const show = (...what: string[]) => ({ 'x-show-if': { what } });
const files = ['photo', 'document', 'video', 'audio', 'album'] as const;

const params = z.strictObject({
  ...botFields,
  chatId: z.string().min(1).max(200).meta({ title: 'Chat', placeholder: '-1001234567 or @channel' }),
  what: z
    .enum(['text', ...files, 'location'])
    .default('text')
    .meta({ title: 'Send' }),
  text: z
    .string()
    .max(4096)
    .default('')
    .meta({
      title: 'Text',
      description: 'With a file: its caption of up to 1,024 characters.',
      'x-widget': 'textarea',
      ...show('text', ...files),
    }),
  file: z
    .string()
    .max(4096)
    .default('')
    .meta({
      title: 'File',
      description: 'A file of this machine, an https address, or id: and the id of a file Telegram has.',
      'x-widget': 'file',
      ...show('photo', 'document', 'video', 'audio'),
    }),
  files: z
    .array(z.string().min(1).max(4096))
    .max(10)
    .default([])
    .meta({ title: 'Pictures', 'x-widget': 'list', ...show('album') }),
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
  markup: z
    .enum(['plain', 'MarkdownV2', 'HTML', 'Markdown'])
    .default('plain')
    .meta({ title: 'Written in', ...show('text', ...files) }),
  isSilent: z.boolean().default(false).meta({ title: 'Without sound', 'x-advanced': true }),
  replyTo: z.int().min(0).default(0).meta({ title: 'Reply to message', 'x-advanced': true }),
  buttons: z
    .array(z.array(z.record(z.string(), z.unknown())).max(8))
    .max(100)
    .default([])
    .meta({
      title: 'Buttons',
      description: 'Rows of { "text": …, "callback_data": … } or { "text": …, "url": … }.',
      'x-widget': 'json',
      'x-advanced': true,
    }),
  ...botLimits,
});

type Message = z.output<typeof params>;

export const telegramSend = defineNode({
  type: 'messaging.telegramSend',
  version: 1,
  title: 'Send to Telegram',
  category: 'messaging',
  icon: 'send',
  description: 'Sends a text, file, album or place into a Telegram chat through a bot.',
  synonyms: ['telegram', 'bot', 'photo', 'document', 'location', 'media group', 'chat', 'notify'],
  params,
  output: z.object({ messageId: z.int(), messageIds: z.array(z.int()) }),
  effect: 'once',
  examples: [
    { title: 'A line', params: { botToken: '${vars.botToken}', chatId: '@reports', text: 'The report is ready.' } },
  ],
  async run(ctx, params) {
    const result = await send(ctx, params);
    const ids = z.array(z.object({ message_id: z.int() })).parse(Array.isArray(result) ? result : [result]);
    const messageIds = ids.map(({ message_id: id }) => id);
    return { output: { messageId: messageIds[0] ?? 0, messageIds } };
  },
});

async function send(ctx: NodeContext, params: Message): Promise<unknown> {
  const { chatId, what, text, file, markup, isSilent, replyTo, buttons, latitude, longitude } = params;
  const shared = {
    chat_id: chatId,
    ...(isSilent ? { disable_notification: true } : {}),
    ...(replyTo > 0 ? { reply_parameters: { message_id: replyTo } } : {}),
    ...(buttons.length > 0 ? { reply_markup: { inline_keyboard: buttons } } : {}),
  };
  const mode: Record<string, string> = markup === 'plain' ? {} : { parse_mode: markup };
  switch (what) {
    case 'text':
      return callBot(ctx, params, 'sendMessage', { ...shared, text, ...mode });
    case 'location':
      return callBot(ctx, params, 'sendLocation', { ...shared, latitude, longitude });
    case 'album':
      return sendAlbum(ctx, params, shared, mode);
    case 'photo':
    case 'document':
    case 'video':
    case 'audio': {
      const method = `send${what[0]?.toUpperCase()}${what.slice(1)}`;
      const isLocal = !isRemote(file);
      if (file === '') throw new AppError('PARAMS_INVALID', 'No file is named. Choose the file to send.');
      const fields = { ...shared, caption: text, ...mode, ...(isLocal ? {} : { [what]: file.replace(/^id:/, '') }) };
      return callBot(ctx, params, method, fields, { files: isLocal ? [{ field: what, file }] : [] });
    }
  }
}

async function sendAlbum(
  ctx: NodeContext,
  params: Message,
  shared: Record<string, unknown>,
  mode: Record<string, string>,
): Promise<unknown> {
  const { files: pictures, text } = params;
  if (pictures.length < 2)
    throw new AppError('PARAMS_INVALID', 'An album has 2 to 10 pictures. Add some, or send a photo.');
  const parts: FilePart[] = [];
  const media = pictures.map((file, i) => {
    const caption = i === 0 && text !== '' ? { caption: text, ...mode } : {};
    if (isRemote(file)) return { type: 'photo', media: file.replace(/^id:/, ''), ...caption };
    parts.push({ field: `picture${i}`, file });
    return { type: 'photo', media: `attach://picture${i}`, ...caption };
  });
  return callBot(ctx, params, 'sendMediaGroup', { ...shared, media }, { files: parts });
}

/** `id:` marks a file that Telegram has already. */
function isRemote(file: string): boolean {
  return /^(https?:\/\/|id:)/i.test(file);
}
