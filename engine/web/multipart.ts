import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { NodeContext } from '../define-node.ts';
import type { HttpUpload } from '../resources/http.ts';
import { fileUpload } from './file-upload.ts';

export interface FilePart {
  /** Name of the form field. */
  field: string;
  /** Path of the file. */
  file: string;
  /** Default: the name of the file. */
  name?: string;
  contentType?: string;
}

interface Part {
  head: Buffer;
  length: number;
  content(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const lineEnd = Buffer.from('\r\n');

/** A multipart body whose length is known before, so that servers without chunked bodies take it; files are read while they are sent. */
export async function multipart(
  ctx: NodeContext,
  files: readonly FilePart[],
  fields: Readonly<Record<string, string>>,
): Promise<{ contentType: string; body: HttpUpload }> {
  // The same for every try of a step: a server that compares bodies under one Idempotency-Key sees no difference.
  const boundary = `casare-${createHash('sha256').update(`${ctx.effectKey}\n${ctx.nodeId}`).digest('hex').slice(0, 32)}`;
  const parts: Part[] = Object.entries(fields).map(([name, value]) => {
    const bytes = Buffer.from(value);
    return { head: headOf(boundary, name), length: bytes.byteLength, content: () => [bytes] };
  });
  for (const { field, file, name, contentType } of files) {
    const content = await fileUpload(ctx, file);
    parts.push({
      head: headOf(boundary, field, name || basename(file), contentType),
      length: content.length,
      content: () => content.open(),
    });
  }
  const end = Buffer.from(`--${boundary}--\r\n`);
  const length = parts.reduce(
    (sum, part) => sum + part.head.byteLength + part.length + lineEnd.byteLength,
    end.byteLength,
  );
  async function* open(): AsyncGenerator<Uint8Array, void> {
    for (const { head, content } of parts) {
      yield head;
      yield* content();
      yield lineEnd;
    }
    yield end;
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: { length, open } };
}

function headOf(boundary: string, name: string, fileName?: string, type = 'application/octet-stream'): Buffer {
  const escaped = (text: string) => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const file = fileName === undefined ? '' : `; filename="${escaped(fileName)}"\r\nContent-Type: ${escaped(type)}`;
  return Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${file}\r\n\r\n`);
}
