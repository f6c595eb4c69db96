import type { Page } from 'playwright-core';
import { z } from 'zod';
import { coverWith, secretFields } from './covered-picture.ts';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { enterFrames, placeOf } from './scope.ts';
import { frameParam, targetParams, timeoutParam } from './target.ts';

export const takeScreenshot = defineBrowserNode({
  type: 'browser.screenshot',
  version: 1,
  title: 'Take a picture',
  icon: 'camera',
  description:
    'Takes a picture of what is seen, of the whole page or of one element. Passwords and secrets in fields are covered.',
  synonyms: ['screenshot', 'capture', 'image', 'png'],
  params: z.strictObject({
    area: z.enum(['view', 'page', 'element']).default('view').meta({ title: 'Of' }),
    target: targetParams.target
      .optional()
      .meta({ title: 'Element', 'x-widget': 'selector', 'x-show-if': { area: ['element'] } }),
    path: z.string().max(1000).optional().meta({
      title: 'File',
      description: 'Empty: the picture comes as base64 text in "data".',
      placeholder: 'page.png',
      'x-widget': 'file',
    }),
    format: z.enum(['png', 'jpeg']).default('png').meta({ title: 'Format', 'x-advanced': true }),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .meta({ title: 'Quality', 'x-advanced': true, 'x-show-if': { format: ['jpeg'] } }),
    cover: z
      .array(z.string().min(1).max(5000))
      .max(100)
      .default([])
      .meta({ title: 'Also cover', description: 'Selectors of what must not be seen.', 'x-advanced': true }),
    scale: z
      .enum(['css', 'device'])
      .default('device')
      .meta({ title: 'Size', description: 'One dot per CSS pixel, or per pixel of the screen.', 'x-advanced': true }),
    transparent: z
      .boolean()
      .default(false)
      .meta({ title: 'Without white background', 'x-advanced': true, 'x-show-if': { format: ['png'] } }),
    animations: z.enum(['stop', 'keep']).default('stop').meta({ title: 'Animations', 'x-advanced': true }),
    caret: z.enum(['hide', 'show']).default('hide').meta({ title: 'Text cursor', 'x-advanced': true }),
    overwrite: z.boolean().default(true).meta({ title: 'Replace an existing file', 'x-advanced': true }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({
    path: z.string().nullable(),
    data: z.string().nullable(),
    bytes: z.int(),
    covered: z.int().describe('Fields that were covered'),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'The whole page', params: { area: 'page', path: 'page.png' } },
    { title: 'One element', params: { area: 'element', target: '#chart', path: 'chart.png' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const element =
      params.area === 'element' ? await step.element({ ...params, target: params.target ?? 'body' }) : undefined;
    const fields = await secretFields(page, (text) => step.ctx.holdsSecret(text), step.wait.timeout);
    const named = await Promise.all(params.cover.map((selector) => coverOf(page, selector, params.frame, step)));
    const picture = {
      type: params.format,
      animations: params.animations === 'stop' ? ('disabled' as const) : ('allow' as const),
      caret: params.caret === 'hide' ? ('hide' as const) : ('initial' as const),
      scale: params.scale,
      omitBackground: params.transparent && params.format === 'png',
      ...(params.format === 'jpeg' ? { quality: params.quality } : {}),
      ...coverWith([...fields, ...named]),
      ...step.wait,
    };
    const data = element
      ? await element.screenshot(picture)
      : await page.screenshot({ ...picture, fullPage: params.area === 'page' });
    const covered = fields.length;
    if (!params.path) return { output: { path: null, data: data.toString('base64'), bytes: data.length, covered } };
    const written = await step.ctx.files.write(params.path, data, { overwrite: params.overwrite });
    return { output: { path: written.path, data: null, bytes: written.size, covered } };
  },
});

async function coverOf(page: Page, target: string, frame: string | string[] | undefined, step: BrowserStep) {
  const place = placeOf(target, frame);
  return (await enterFrames(page, place.frames, step.wait)).locator(place.selector);
}
