import { AppError } from '@casare/shared';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { escapeHtml, unescapeHtml } from './escape.ts';
import { textField } from './text-field.ts';

const forms = ['base64', 'base64url', 'hex', 'url', 'html', 'sha256', 'sha512', 'sha1', 'md5'] as const;

export const encode = defineNode({
  type: 'text.encode',
  version: 1,
  title: 'Encode or decode',
  category: 'text',
  icon: 'binary',
  description: 'Turns a text into Base64, hex, URL or HTML form and back, or into a hash.',
  synonyms: ['base64', 'decode', 'hash', 'sha256', 'md5', 'checksum', 'urlencode', 'escape'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    form: z.enum(forms).default('base64').meta({ title: 'Form' }),
    direction: z
      .enum(['encode', 'decode'])
      .default('encode')
      .meta({ title: 'Direction', 'x-show-if': { form: ['base64', 'base64url', 'hex', 'url', 'html'] } }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [
    { title: 'Base64', params: { text: 'user:secret', form: 'base64' } },
    { title: 'A checksum', params: { text: 'content', form: 'sha256' } },
  ],
  run(_ctx, { text, form, direction }) {
    return { output: { text: direction === 'encode' || isHash(form) ? encoded(text, form) : decoded(text, form) } };
  },
});

type Form = (typeof forms)[number];
type Hash = 'sha256' | 'sha512' | 'sha1' | 'md5';

function isHash(form: Form): form is Hash {
  return form.startsWith('sha') || form === 'md5';
}

function encoded(text: string, form: Form): string {
  if (isHash(form)) return createHash(form).update(text).digest('hex');
  if (form === 'html') return escapeHtml(text);
  return form === 'url' ? encodeURIComponent(text.toWellFormed()) : Buffer.from(text).toString(form);
}

function decoded(text: string, form: Exclude<Form, Hash>): string {
  if (form === 'html') return unescapeHtml(text);
  try {
    if (form === 'url') return decodeURIComponent(text);
    const plain = text.replaceAll(/\s/g, '');
    const isHex = form === 'hex';
    // Buffer skips what it does not know; a decoder that hides damage is worse than one that says so.
    if (!(isHex ? /^([0-9a-f]{2})*$/i : /^[A-Za-z0-9+/_-]*={0,2}$/).test(plain)) throw new Error('other characters');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(plain, form));
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `The text is not ${form} of a UTF-8 text. Check where it comes from and which form it has.`,
      {
        details: { form },
        cause: error,
      },
    );
  }
}
