import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const patience = 60_000;
const [width, height] = [1280, 800];

/** Random numbers that are the same in every run. */
function createRandom(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Something like a desktop: windows, lines and texts of random colours. */
async function makeScreen(random: () => number): Promise<Buffer> {
  const color = () => `rgb(${[0, 0, 0].map(() => Math.floor(random() * 256)).join()})`;
  const number = (max: number) => Math.floor(random() * max);
  const shapes = Array.from({ length: 40 }, () => {
    const size = `width="${20 + number(300)}" height="${15 + number(200)}"`;
    return `<rect x="${number(width)}" y="${number(height)}" ${size} fill="${color()}" stroke="${color()}"/>`;
  });
  const texts = Array.from({ length: 40 }, () => {
    const words = Array.from({ length: 4 }, () => number(1e9).toString(36)).join(' ');
    return `<text x="${number(width)}" y="${number(height)}" font-size="${11 + number(8)}" fill="${color()}">${words}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans"><rect width="100%" height="100%" fill="${color()}"/>${shapes.join('')}${texts.join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
}

/** A button as programs draw them. */
function makeButton(label: string, color: string, [w, h] = [96, 32]): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" font-family="DejaVu Sans"><rect width="100%" height="100%" fill="#eee"/><rect x="2" y="2" width="${w - 4}" height="${h - 4}" rx="4" fill="${color}" stroke="#333"/><text x="${w / 2}" y="${h / 2 + 5}" font-size="14" text-anchor="middle">${label}</text></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

/** Puts a picture on a screen, and noise over all of it. */
async function paint(
  screen: Buffer,
  parts: { picture: Buffer; left: number; top: number }[],
  noise: number,
  random: () => number,
) {
  const raw = { raw: { width, height, channels: 3 } } as const;
  const layers = parts.map(({ picture, left, top }) => ({ input: picture, left, top }));
  const data = await sharp(screen, raw).composite(layers).ensureAlpha().raw().toBuffer();
  for (let i = 0; i < data.length; i++)
    if (i % 4 !== 3) data[i] = Math.max(0, Math.min(255, (data[i] ?? 0) + Math.round((random() * 2 - 1) * noise)));
  return { width, height, data: new Uint8Array(data) };
}

const find = (screen: Awaited<ReturnType<typeof paint>>, bytes: Buffer, threshold = 0.9) =>
  bench.resources.documents.run(
    'findPicture',
    { screen, bytes: new Uint8Array(bytes), what: 'The button', threshold, limit: 10 },
    { signal: new AbortController().signal },
  );

const random = createRandom(7);
const screens = await Promise.all(Array.from({ length: 20 }, () => makeScreen(random)));

describe('a picture', () => {
  test('is found at 20 random places through noise, to the pixel', { timeout: patience }, async () => {
    const pictures = await Promise.all([
      makeButton('Print', '#cde'),
      makeButton('OK', '#8c8', [48, 24]),
      sharp(await makeButton('★', '#fc3', [18, 18])).toBuffer(),
      makeButton('A large one', '#fff', [400, 160]),
    ]);
    for (let i = 0; i < 20; i++) {
      const picture = pictures[i % pictures.length] as Buffer;
      const size = await sharp(picture).metadata();
      const left = Math.floor(random() * (width - size.width));
      const top = Math.floor(random() * (height - size.height));
      const screen = await paint(screens[i] as Buffer, [{ picture, left, top }], 12, random);
      const { places, best } = await find(screen, picture);
      expect(places, `place ${i}, at best ${best}`).toHaveLength(1);
      expect(places[0]).toMatchObject({ x: left, y: top, width: size.width, height: size.height });
    }
  });

  test('is not found on 20 screens without it', { timeout: patience }, async () => {
    const picture = await makeButton('Print', '#cde');
    for (let i = 0; i < 20; i++) {
      const { places, best } = await find(await paint(screens[i] as Buffer, [], 12, random), picture);
      expect(places).toEqual([]);
      expect(best).toBeLessThan(0.9);
    }
  });

  test('is told from one of the same shape in another colour, or with another text', {
    timeout: patience,
  }, async () => {
    const [wanted, otherColor, otherText] = await Promise.all([
      makeButton('Send', '#9d9'),
      makeButton('Send', '#d99'),
      makeButton('Stop', '#9d9'),
    ]);
    const parts = [
      { picture: otherColor, left: 100, top: 100 },
      { picture: wanted, left: 300, top: 100 },
      { picture: otherText, left: 500, top: 100 },
    ];
    const { places } = await find(await paint(screens[0] as Buffer, parts, 4, random), wanted, 0.95);
    expect(places).toMatchObject([{ x: 300, y: 100 }]);
  });

  test('is found as often as it is there', { timeout: patience }, async () => {
    const picture = await makeButton('Row', '#def');
    const parts = [0, 1, 2, 3].map((row) => ({ picture, left: 40, top: 100 + row * 33 }));
    const { places } = await find(await paint(screens[0] as Buffer, parts, 6, random), picture);
    expect(places.map(({ y }) => y).toSorted((a, b) => a - b)).toEqual([100, 133, 166, 199]);
  });

  test('of one colour is refused, and one that is larger than the screen is not there', {
    timeout: patience,
  }, async () => {
    const screen = await paint(screens[0] as Buffer, [], 0, random);
    const plain = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#abc' } })
      .png()
      .toBuffer();
    await expect(find(screen, plain)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
    expect((await find(screen, await makeButton('Huge', '#abc', [1400, 900]))).places).toEqual([]);
  });
});

test('a screen becomes a file of each kind', async () => {
  const picture = await paint(screens[0] as Buffer, [], 0, random);
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const signal = new AbortController().signal;
    const { bytes } = await bench.resources.documents.run(
      'encodePicture',
      { picture, format, quality: 80 },
      { signal },
    );
    const found = await sharp(bytes).metadata();
    expect(found).toMatchObject({ format, width, height });
  }
});
