import { AppError } from '@casare/shared';
import type { PDFField } from 'pdf-lib';
import { editPdf } from './edit-pdf.ts';
import type { PdfSource } from './open-pdf.ts';

export interface FillPdfInput extends PdfSource {
  values: Record<string, unknown>;
  flatten: boolean;
}

export async function fillPdf({ values, flatten, ...source }: FillPdfInput) {
  const document = await editPdf(source);
  const form = document.getForm();
  const fields = new Map(form.getFields().map((field) => [field.getName(), field]));
  const unknown = Object.keys(values).filter((name) => !fields.has(name));
  if (unknown.length > 0)
    throw new AppError(
      'DATA_FORMAT',
      `${source.what} has no field "${unknown[0]}". ${fields.size === 0 ? 'It has no form at all.' : `It has: ${[...fields.keys()].slice(0, 50).join(', ')}.`}`,
      { details: { unknown: unknown.slice(0, 50), fields: [...fields.keys()].slice(0, 200) } },
    );
  for (const [name, value] of Object.entries(values)) await setField(fields.get(name) as PDFField, value);
  try {
    if (flatten) form.flatten();
    return { bytes: await document.save(), filled: Object.keys(values).length, fields: [...fields.keys()] };
  } catch (error) {
    throw encodingFault(error);
  }
}

async function setField(field: PDFField, value: unknown): Promise<void> {
  const { PDFCheckBox, PDFDropdown, PDFOptionList, PDFRadioGroup, PDFTextField } = await import('pdf-lib');
  const name = field.getName();
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value as string);
  if (field instanceof PDFTextField) {
    const longest = field.getMaxLength();
    if (longest !== undefined && text.length > longest)
      throw new AppError(
        'DATA_FORMAT',
        `The field "${name}" takes ${longest} characters, and the text has ${text.length}. Shorten it.`,
      );
    try {
      field.setText(text);
      field.updateAppearances(await field.doc.embedFont('Helvetica'));
    } catch (error) {
      throw encodingFault(error);
    }
  } else if (field instanceof PDFCheckBox) {
    if (/^(true|yes|on|1|x)$/i.test(text)) field.check();
    else field.uncheck();
  } else if (field instanceof PDFDropdown || field instanceof PDFOptionList || field instanceof PDFRadioGroup) {
    const wanted = Array.isArray(value) ? value.map(String) : [text];
    const choices = field.getOptions();
    const wrong = wanted.find((choice) => !choices.includes(choice));
    if (wrong !== undefined && !(field instanceof PDFDropdown && field.isEditable()))
      throw new AppError(
        'DATA_FORMAT',
        `"${wrong}" is no choice of the field "${name}". Choose one of: ${choices.slice(0, 50).join(', ')}.`,
      );
    if (field instanceof PDFRadioGroup) field.select(wanted[0] ?? '');
    else field.select(wanted);
  } else
    throw new AppError(
      'DATA_FORMAT',
      `The field "${name}" is a button or a signature and cannot be filled. Leave it out.`,
    );
}

/** The fonts every reader has know the signs of Western Europe only. */
function encodingFault(error: unknown): unknown {
  if (!/WinAnsi|encode/i.test((error as Error).message)) return error;
  return new AppError(
    'DATA_FORMAT',
    `A text holds a sign that the fonts of every PDF reader lack: ${(error as Error).message.slice(0, 200)}. Replace it (see "Replace text").`,
    {
      cause: error,
    },
  );
}
