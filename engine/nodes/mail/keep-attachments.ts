import type { Attachment, ParsedMail } from 'mailparser';
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { NodeContext } from '../../define-node.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';

interface SavedAttachment {
  path: string;
  name: string;
  size: number;
  contentType: string;
}

interface Keep {
  folder: string;
  pattern: string;
  withInline: boolean;
}

/** Writes the attachments under names that lead nowhere else. A name that is taken gets a number, unless the same content stands there already. */
export async function keepAttachments(
  ctx: NodeContext,
  parsed: ParsedMail,
  { folder, pattern, withInline }: Keep,
): Promise<SavedAttachment[]> {
  const saved: SavedAttachment[] = [];
  for (const [i, attachment] of parsed.attachments.entries()) {
    ctx.signal.throwIfAborted();
    const isInline = attachment.related || attachment.contentDisposition === 'inline';
    const name = safeName(attachment, i);
    if ((isInline && !withInline) || !matchesPattern(name, pattern)) continue;
    const path = await writeBeside(ctx, folder, name, attachment.content);
    saved.push({ path, name, size: attachment.content.byteLength, contentType: attachment.contentType });
  }
  return saved;
}

async function writeBeside(ctx: NodeContext, folder: string, name: string, content: Buffer): Promise<string> {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let number = 1; ; number++) {
    const given = join(folder, number === 1 ? name : `${stem} (${number})${extension}`);
    const located = await ctx.files.locate(given);
    const there = await contentOf(located, content.byteLength);
    if (there === undefined)
      return (await ctx.files.write(given, content, { overwrite: false, signal: ctx.signal })).path;
    if (there.equals(content)) return located;
  }
}

/** Undefined when there is nothing; only as much as has to be compared is read. */
async function contentOf(path: string, size: number): Promise<Buffer | undefined> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const info = await handle.stat();
    return info.isFile() && info.size === size ? await handle.readFile() : Buffer.from('another file');
  } finally {
    await handle.close();
  }
}

/** A mail may name its attachments `../../x` or `CON`. */
function safeName({ filename, contentType }: Attachment, index: number): string {
  const plain = (filename ?? '').replaceAll('\\', '/').split('/').at(-1) ?? '';
  const name = plain
    .replaceAll(/[\u0000-\u001f\u007f<>:"|?*\u202a-\u202e\u2066-\u2069]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(-150);
  if (name === '') return `attachment-${index + 1}${contentType === 'message/rfc822' ? '.eml' : ''}`;
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `_${name}` : name;
}
