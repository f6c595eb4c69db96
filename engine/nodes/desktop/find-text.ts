import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaFields, languageFields, textFields, timeoutField, untilField } from './fields.ts';
import { areaOf, lookForText } from './find-place.ts';
import { awaitPlaces, placesOutput } from './await-places.ts';

export const findText = defineNode({
  type: 'desktop.findText',
  version: 1,
  title: 'Find text on the screen',
  category: 'desktop',
  icon: 'text-search',
  description:
    'Reads the screen and finds where a text stands, waits until it appears or is gone. "Mouse on the desktop" clicks it.',
  synonyms: ['wait for text', 'text exists', 'find element', 'ocr'],
  params: z.strictObject({
    ...textFields,
    text: textFields.text
      .unwrap()
      .min(1)
      .meta(textFields.text.meta() ?? {}),
    ...untilField,
    ...areaFields,
    ...languageFields,
    ...timeoutField,
  }),
  output: placesOutput,
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'Wait for a message', params: { text: 'Import finished', timeoutMs: 120_000 } },
    { title: 'Is there an error?', params: { text: 'Error', until: 'now', window: 'Invoices' } },
  ],
  async run(ctx, params) {
    const area = await areaOf(ctx, params, params.timeoutMs);
    const look = lookForText(ctx, params);
    return { output: await awaitPlaces(ctx, `The text "${params.text}"`, params, () => look(area)) };
  },
});
