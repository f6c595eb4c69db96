import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { enterFrames, placeOf } from './scope.ts';
import { frameParam, timeoutParam } from './target.ts';

export const listImages = defineBrowserNode({
  type: 'browser.images',
  version: 1,
  title: 'List images',
  icon: 'images',
  description:
    'Lists the pictures of the page with address, size and description, also those that stand in the background.',
  synonyms: ['get all images', 'pictures', 'photos', 'background images'],
  params: z.strictObject({
    target: z.string().max(5000).default('body').meta({ title: 'In area', 'x-widget': 'selector', 'x-advanced': true }),
    minWidth: z.int().min(0).max(100_000).default(0).meta({ title: 'At least so wide', unit: 'px' }),
    minHeight: z.int().min(0).max(100_000).default(0).meta({ title: 'At least so high', unit: 'px' }),
    backgrounds: z.boolean().default(false).meta({ title: 'Backgrounds too' }),
    fileTypes: z
      .array(z.string().max(10))
      .max(20)
      .default([])
      .meta({ title: 'Kinds of files', description: 'jpg, png, svg … Empty: all.', 'x-widget': 'list' }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({
    images: z.array(
      z.object({
        url: z.string(),
        alt: z.string(),
        width: z.int(),
        height: z.int(),
        kind: z.enum(['image', 'background']),
      }),
    ),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'All larger ones', params: { minWidth: 200, minHeight: 200 } }],
  async run(step, params) {
    const place = placeOf(params.target, params.frame);
    const area = (await enterFrames(await step.page(), place.frames, step.wait)).locator(place.selector).first();
    const found = await area.evaluate(readImages, params.backgrounds, step.wait);
    const types = params.fileTypes.map((type) => type.toLowerCase().replace(/^\./, '').replace('jpeg', 'jpg'));
    const images = found.filter(({ url, width, height }) => {
      const isLarge = width >= params.minWidth && height >= params.minHeight;
      return isLarge && (types.length === 0 || types.includes(typeOf(url)));
    });
    return { output: { images, count: images.length } };
  },
});

function typeOf(url: string): string {
  const data = /^data:image\/([a-z]+)/i.exec(url)?.[1];
  const type = data ?? URL.parse(url)?.pathname.split('.').at(-1) ?? '';
  return type.toLowerCase().replace('jpeg', 'jpg');
}

/** Runs in the page. Each address once; the size of a picture is its own, of a background that of its element. */
function readImages(area: Element, withBackgrounds: boolean) {
  const images: { url: string; alt: string; width: number; height: number; kind: 'image' | 'background' }[] = [];
  const add = (url: string, alt: string, width: number, height: number, kind: 'image' | 'background') => {
    if (url !== '' && !images.some((image) => image.url === url)) images.push({ url, alt, width, height, kind });
  };
  for (const element of [area, ...area.querySelectorAll('*')]) {
    if (images.length >= 5000) break;
    if (element instanceof HTMLImageElement) {
      const { currentSrc, src, alt, naturalWidth, naturalHeight, width, height } = element;
      add(currentSrc || src, alt, naturalWidth || width, naturalHeight || height, 'image');
    } else if (withBackgrounds) {
      const { width, height } = element.getBoundingClientRect();
      for (const [, url = ''] of getComputedStyle(element).backgroundImage.matchAll(/url\("([^"]+)"\)/g)) {
        add(url, element.getAttribute('aria-label') ?? '', Math.round(width), Math.round(height), 'background');
      }
    }
  }
  return images;
}
