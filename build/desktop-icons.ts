import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumFlags, runsAsRoot } from '../engine/resources/chromium-flags.ts';
import { ensureBrowser } from './browser.ts';
import { root } from './run-tool.ts';

// Draws the icons of the desktop program from studio/public/icon.svg into build/desktop. Run by hand when the drawing changed; the files are
// checked in, because an installer must not need a browser.

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512] as const;
const folder = join(root, 'build', 'desktop');

async function main(): Promise<void> {
  const drawing = readFileSync(join(root, 'studio/public/icon.svg'), 'utf8');
  mkdirSync(join(folder, 'icons'), { recursive: true });
  const images = new Map<number, Buffer>();
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    chromiumSandbox: !runsAsRoot(),
    args: chromiumFlags(runsAsRoot()),
  });
  try {
    const page = await browser.newPage();
    for (const size of SIZES) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
      images.set(size, await page.screenshot({ omitBackground: true }));
    }
  } finally {
    await browser.close();
  }
  for (const [size, image] of images) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), image);
  writeFileSync(join(folder, 'icon.ico'), windowsIcon([...images].filter(([size]) => size <= 256)));
}

/** An .ico holds PNG files as they are: a header, a directory of 16 bytes each, then the files. */
function windowsIcon(images: readonly (readonly [number, Buffer])[]): Buffer {
  const directory = Buffer.alloc(6 + 16 * images.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  for (const [i, [size, image]] of images.entries()) {
    const at = 6 + 16 * i;
    // 0 stands for 256.
    directory.writeUInt8(size % 256, at);
    directory.writeUInt8(size % 256, at + 1);
    directory.writeUInt16LE(1, at + 4);
    directory.writeUInt16LE(32, at + 6);
    directory.writeUInt32LE(image.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += image.length;
  }
  return Buffer.concat([directory, ...images.map(([, image]) => image)]);
}

await main();
