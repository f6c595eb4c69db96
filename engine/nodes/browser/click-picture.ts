import { AppError } from '@casare/shared';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { contrastOf, findPicture, type GreyPicture, type PicturePlace } from './find-picture.ts';
import { effectParam, elementOptions } from './target.ts';

export const clickPicture = defineBrowserNode({
  type: 'browser.clickImage',
  version: 1,
  title: 'Click picture',
  icon: 'image',
  description:
    'Finds a picture in what is seen of the page and clicks it, for drawings and remote screens without elements.',
  synonyms: ['image click', 'find image', 'template', 'canvas', 'visual'],
  params: z.strictObject({
    image: z.string().min(1).max(1000).meta({
      title: 'Picture',
      description: 'File with what to look for, cut out of a picture of the page at the same size.',
      placeholder: 'button.png',
      'x-widget': 'file',
    }),
    likeness: z.number().min(0.5).max(1).default(0.92).meta({ title: 'Likeness', description: '1: exactly the same.' }),
    right: z
      .number()
      .min(-10_000)
      .max(10_000)
      .default(0)
      .meta({ title: 'To the right of its middle', unit: 'px', 'x-advanced': true }),
    down: z
      .number()
      .min(-10_000)
      .max(10_000)
      .default(0)
      .meta({ title: 'Down from its middle', unit: 'px', 'x-advanced': true }),
    button: z.enum(['left', 'right', 'middle']).default('left').meta({ title: 'Button', 'x-advanced': true }),
    clicks: z
      .int()
      .min(0)
      .max(3)
      .default(1)
      .meta({ title: 'Clicks', description: '0: only point at it.', 'x-advanced': true }),
    several: z.enum(['fail', 'best']).default('fail').meta({ title: 'When several fit', 'x-advanced': true }),
    ...effectParam,
    screenshotOnFail: elementOptions.screenshotOnFail,
    timeoutMs: elementOptions.timeoutMs,
  }),
  output: z.object({ x: z.number(), y: z.number(), likeness: z.number() }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [{ title: 'A button on a canvas', params: { image: 'play.png' } }],
  async run(step, params) {
    const page = await step.page();
    const part = await greyOf(await readFile(await step.ctx.files.readable(params.image)));
    if (contrastOf(part) < 4) {
      throw new AppError(
        'PARAMS_INVALID',
        `"${params.image}" is one plain area, which looks like every other. Cut out more.`,
      );
    }
    const end = performance.now() + step.wait.timeout;
    let places: PicturePlace[] = [];
    do {
      places = await findPicture(await look(page, step.wait), part, params.likeness, step.ctx.signal);
      if (places.length === 0) await step.ctx.sleep(100);
    } while (places.length === 0 && performance.now() < end);
    const [best, second] = places;
    const details = { image: params.image, places: places.slice(0, 5), timeoutMs: params.timeoutMs };
    if (!best) {
      throw new AppError(
        'ELEMENT_NOT_FOUND',
        `"${params.image}" was not seen on the page within ${params.timeoutMs} ms.`,
        {
          retryable: true,
          details,
        },
      );
    }
    if (second && params.several === 'fail') {
      throw new AppError(
        'ELEMENT_NOT_FOUND',
        `"${params.image}" is seen ${places.length} times. Cut out more of what is around it.`,
        {
          details,
        },
      );
    }
    const x = best.x + part.width / 2 + params.right;
    const y = best.y + part.height / 2 + params.down;
    if (params.clicks === 0) await page.mouse.move(x, y);
    else await page.mouse.click(x, y, { button: params.button, clickCount: params.clicks });
    return { output: { x, y, likeness: Math.round(best.likeness * 1000) / 1000 } };
  },
});

/** What is seen now, one dot per CSS pixel so that places are those of the mouse. It is compared and thrown away. */
async function look(page: Page, wait: { timeout: number; signal: AbortSignal }): Promise<GreyPicture> {
  return await greyOf(await page.screenshot({ scale: 'css', animations: 'allow', ...wait }));
}

async function greyOf(file: Buffer): Promise<GreyPicture> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(file)
      .flatten({ background: '#ffffff' })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, dots: data };
  } catch (error) {
    throw new AppError('DATA_FORMAT', 'The picture cannot be read. Use a PNG, JPEG or WebP file.', { cause: error });
  }
}
