import { type PdfSource, withPdf } from './open-pdf.ts';

interface RawField {
  type: string;
  value?: unknown;
  page?: number;
  items?: { exportValue?: string; displayValue?: string }[];
}

export async function readPdfInfo(source: PdfSource) {
  return await withPdf(source, async (document) => {
    const { info } = (await document.getMetadata()) as { info: Record<string, unknown> };
    const text = (key: string) => (typeof info[key] === 'string' && info[key] !== '' ? info[key] : null);
    const [, , right = 0, top = 0] = (await document.getPage(1)).view;
    const found: unknown = (await document.getFieldObjects()) ?? {};
    const fields = [...(found instanceof Map ? found : Object.entries(found as object))] as [string, RawField[]][];
    return {
      pageCount: document.numPages,
      title: text('Title'),
      author: text('Author'),
      subject: text('Subject'),
      keywords: text('Keywords'),
      creator: text('Creator'),
      producer: text('Producer'),
      createdAt: readDate(text('CreationDate')),
      modifiedAt: readDate(text('ModDate')),
      version: text('PDFFormatVersion'),
      isEncrypted: info['EncryptFilterName'] !== null && info['EncryptFilterName'] !== undefined,
      pageWidth: Math.round(right * 100) / 100,
      pageHeight: Math.round(top * 100) / 100,
      fields: fields.flatMap(([name, parts]) => {
        // A field and the places it is shown at come as one list; the first place knows its kind.
        const field = parts.find(({ type }) => type !== undefined && type !== '');
        if (field === undefined) return [];
        const choices = field.items?.map((item) => item.exportValue ?? item.displayValue ?? '') ?? [];
        return [{ name, kind: field.type, value: field.value ?? null, choices }];
      }),
    };
  });
}

/** `D:20260131120000+01'00'` as ISO. */
function readDate(text: string | null): string | null {
  const match = /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:([+-])(\d{2})'?(\d{2})?|Z)?/.exec(text ?? '');
  if (!match) return null;
  const [
    ,
    year = '',
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    sign,
    hours,
    minutes = '00',
  ] = match;
  const zone = sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
