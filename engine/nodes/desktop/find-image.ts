import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaFields, imageFields, timeoutField, untilField } from './fields.ts';
import { areaOf, lookForImage } from './find-place.ts';
import { awaitPlaces, placesOutput } from './await-places.ts';

export const findImage = defineNode({
  type: 'desktop.findImage',
  version: 1,
  title: 'Find picture on the screen',
  category: 'desktop',
  icon: 'scan-search',
  description:
    'Finds where a cut-out of the screen is to be seen, waits until it appears or is gone. "Mouse on the desktop" clicks it.',
  synonyms: ['image recognition', 'template match', 'wait for image', 'find element', 'image exists'],
  params: z.strictObject({
    ...imageFields,
    image: imageFields.image
      .unwrap()
      .min(1)
      .meta(imageFields.image.meta() ?? {}),
    ...untilField,
    ...areaFields,
    limit: z.int().min(1).max(300).default(50).meta({ title: 'Places at most', 'x-advanced': true }),
    ...timeoutField,
  }),
  output: placesOutput,
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'Wait for an icon', params: { image: 'icons/ready.png', timeoutMs: 60_000 } },
    { title: 'Is it there?', params: { image: 'icons/error.png', until: 'now' } },
  ],
  async run(ctx, params) {
    const area = await areaOf(ctx, params, params.timeoutMs);
    const look = await lookForImage(ctx, params);
    return { output: await awaitPlaces(ctx, `The picture "${params.image}"`, params, () => look(area)) };
  },
});
