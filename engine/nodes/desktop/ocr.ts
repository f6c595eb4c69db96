import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaFields, languageFields, timeoutField } from './fields.ts';
import { areaOf, readScreen } from './find-place.ts';
import { layoutField, textOutput } from './text-output.ts';

export const readScreenText = defineNode({
  type: 'desktop.ocr',
  version: 1,
  title: 'Read text on the screen',
  category: 'desktop',
  icon: 'scan-text',
  description: 'Reads what is written on the screen, in a window or in a part, with the place of each word.',
  synonyms: ['ocr', 'text recognition', 'screen scraping', 'get text', 'tesseract'],
  params: z.strictObject({ ...areaFields, ...languageFields, ...layoutField, ...timeoutField }),
  output: textOutput,
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'A window', params: { window: 'Invoices' } },
    { title: 'A part of it', params: { window: 'Invoices', region: { x: 10, y: 60, width: 300, height: 40 } } },
  ],
  async run(ctx, params) {
    const area = await areaOf(ctx, params, params.timeoutMs);
    return { output: await readScreen(ctx, area, params) };
  },
});
