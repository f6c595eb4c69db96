import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const at = (name: string) => join(bench.folder, name);

beforeAll(async () => {
  // Left half red, right half blue, written by another library than the one that reads it.
  const png = new PNG({ width: 100, height: 60 });
  for (let i = 0; i < 100 * 60; i++) png.data.set(i % 100 < 50 ? [255, 0, 0, 255] : [0, 0, 255, 255], i * 4);
  await writeFile(at('half.png'), PNG.sync.write(png));
  await writeFile(
    at('photo.jpg'),
    await sharp(PNG.sync.write(png)).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer(),
  );
});

const pixelOf = async (name: string, x: number, y: number) => {
  const { data, info } = await sharp(at(name)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
};

test('tells what a picture is, turned upright', async () => {
  expect((await bench.run('image.info', { path: 'half.png' })).output).toMatchObject({
    width: 100,
    height: 60,
    format: 'png',
    frames: 1,
  });
  expect((await bench.run('image.info', { path: 'photo.jpg' })).output).toMatchObject({
    width: 60,
    height: 100,
    format: 'jpeg',
  });
});

test('converts, resizes, crops, turns and compresses', async () => {
  const small = (await bench.run('image.change', { path: 'half.png', target: 'small.webp', width: 50 })).output;
  expect(small).toMatchObject({ width: 50, height: 30, format: 'webp' });
  const large = (
    await bench.run('image.change', {
      path: 'half.png',
      target: 'large.tif',
      width: 200,
      height: 200,
      fit: 'contain',
      enlarge: true,
    })
  ).output;
  expect(large).toMatchObject({ width: 200, height: 200, format: 'tiff' });
  await bench.run('image.change', {
    path: 'half.png',
    target: 'right.png',
    cropLeft: 60,
    cropTop: 0,
    cropWidth: 40,
    cropHeight: 60,
    quality: 100,
  });
  expect(await pixelOf('right.png', 5, 5)).toEqual([0, 0, 255]);
  const turned = (await bench.run('image.change', { path: 'half.png', target: 'turned.png', rotate: 90, quality: 100 }))
    .output;
  expect(turned).toMatchObject({ width: 60, height: 100 });
  expect(await pixelOf('turned.png', 30, 5)).toEqual([255, 0, 0]);
  await bench.run('image.change', { path: 'half.png', target: 'mirror.png', flip: 'horizontal', quality: 100 });
  expect(await pixelOf('mirror.png', 5, 5)).toEqual([0, 0, 255]);
  expect(
    await bench.fail('image.change', { path: 'half.png', target: 'x.png', cropWidth: 200, cropHeight: 10 }),
  ).toMatchObject({ code: 'PARAMS_INVALID' });
  expect(await bench.fail('image.change', { path: 'half.png', target: 'x.bmp' })).toMatchObject({
    code: 'PARAMS_INVALID',
  });
});

test('compares two pictures and shows the differences', async () => {
  const same = (await bench.run('image.compare', { a: 'half.png', b: 'half.png' })).output;
  expect(same).toMatchObject({ similarity: 1, isMatch: true, different: 0, path: null });
  await bench.run('image.change', { path: 'half.png', target: 'flipped.png', flip: 'horizontal', quality: 100 });
  const other = (await bench.run('image.compare', { a: 'half.png', b: 'flipped.png', target: 'diff.png' })).output;
  expect(other).toMatchObject({ isMatch: false, total: 6000, similarity: 0 });
  expect((await bench.run('image.info', { path: 'diff.png' })).output).toMatchObject({ width: 100, height: 60 });
  await bench.run('image.change', { path: 'half.png', target: 'tiny.png', width: 20, quality: 100 });
  expect(await bench.fail('image.compare', { a: 'half.png', b: 'tiny.png' })).toMatchObject({ code: 'DATA_FORMAT' });
  expect(
    (await bench.run('image.compare', { a: 'half.png', b: 'tiny.png', resize: true })).output.similarity,
  ).toBeGreaterThan(0.9);
});

test('refuses a pixel flood, SVG and what is no picture', async () => {
  const flood = Buffer.from(PNG.sync.write(new PNG({ width: 1, height: 1 })));
  flood.writeUInt32BE(60_000, 16);
  flood.writeUInt32BE(60_000, 20);
  const { crc32 } = await import('node:zlib');
  flood.writeUInt32BE(crc32(flood.subarray(12, 29)), 29);
  await writeFile(at('flood.png'), flood);
  expect(await bench.fail('image.change', { path: 'flood.png', target: 'x.png' })).toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  await writeFile(at('x.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>');
  expect(await bench.fail('image.info', { path: 'x.svg' })).toMatchObject({ code: 'DATA_FORMAT' });
  await writeFile(at('text.png'), 'hello');
  expect(await bench.fail('image.info', { path: 'text.png' })).toMatchObject({ code: 'DATA_FORMAT' });
});
