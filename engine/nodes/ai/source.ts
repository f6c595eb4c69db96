import { AppError } from '@casare/shared';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { Part } from './ask-model.ts';
import { outsideText } from './outside-text.ts';

const largestFile = 20 * 1024 * 1024;

/** What a step is to read: a text, files, or both. */
export const sourceFields = {
  text: z.string().max(2_000_000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
  files: z.array(z.string().min(1).max(4096)).max(20).default([]).meta({
    title: 'Files',
    description:
      'Pictures (PNG, JPEG, WebP, GIF), PDF files with text, and texts. For pictures the model must be able to see.',
    'x-widget': 'list',
  }),
};

export interface Source {
  parts: Part[];
  /** All that is text; empty where pictures are the source. */
  text: string;
  hasPictures: boolean;
}

export async function readSource(ctx: NodeContext, text: string, files: readonly string[]): Promise<Source> {
  const texts: { title: string; text: string }[] = text === '' ? [] : [{ title: '', text }];
  const pictures: Part[] = [];
  for (const file of files) {
    const path = await ctx.files.readable(file);
    const { size } = await stat(path);
    if (size > largestFile)
      throw new AppError('PAYLOAD_TOO_LARGE', `"${file}" has more than 20 MiB. Give a smaller file.`, {
        details: { path, size },
      });
    const bytes = await readFile(path, { signal: ctx.signal });
    const type = pictureType(bytes);
    if (type !== undefined)
      pictures.push({ type: 'image_url', image_url: { url: `data:${type};base64,${bytes.toString('base64')}` } });
    else texts.push({ title: basename(file), text: await textOf(ctx, bytes, file) });
  }
  if (texts.length === 0 && pictures.length === 0)
    throw new AppError('PARAMS_INVALID', 'There is nothing to read. Give a text or files.');
  return {
    parts: [...texts.map((one): Part => ({ type: 'text', text: outsideText(one.text, one.title) })), ...pictures],
    text: texts.map((one) => one.text).join('\n'),
    hasPictures: pictures.length > 0,
  };
}

function pictureType(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('GIF8')) return 'image/gif';
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image/webp' : undefined;
}

async function textOf(ctx: NodeContext, bytes: Buffer, file: string): Promise<string> {
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') {
    const input = { bytes, what: `"${file}"`, pages: '', layout: true, separator: '\n\n' };
    const { text, hasText } = await ctx.documents.run('readPdfText', input, { signal: ctx.signal });
    if (hasText) return text;
    throw new AppError(
      'DATA_FORMAT',
      `"${file}" is a scan without text. Turn its pages into pictures first and give those.`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `"${file}" is neither a picture nor a text in UTF-8. Turn it into one of them first.`,
      { cause: error },
    );
  }
}
