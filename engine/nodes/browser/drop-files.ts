import { AppError } from '@casare/shared';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Locator } from 'playwright-core';
import type { BrowserStep } from './define-browser-node.ts';

/** All of it goes through the page as text; larger files belong into a file field. */
const MAX_BYTES = 50 * 1024 * 1024;

const types: Record<string, string> = {
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.zip': 'application/zip',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

/** As if a person dragged the files onto the element: enter, over and drop, with the files in them. */
export async function dropFiles(element: Locator, paths: readonly string[], step: BrowserStep): Promise<void> {
  let room = MAX_BYTES;
  const files: { name: string; type: string; base64: string }[] = [];
  for (const path of paths) {
    room -= (await stat(path)).size;
    if (room < 0) {
      throw new AppError(
        'PARAMS_INVALID',
        'Files that are dropped may have 50 MB together. Use the file field of the page.',
      );
    }
    const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream';
    files.push({ name: basename(path), type, base64: await readFile(path, 'base64') });
  }
  await element.scrollIntoViewIfNeeded(step.wait);
  await element.evaluate(drop, files, step.wait);
}

/** Runs in the page. */
function drop(element: Element, files: { name: string; type: string; base64: string }[]): void {
  const dataTransfer = new DataTransfer();
  for (const { name, type, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
    dataTransfer.items.add(new File([bytes], name, { type }));
  }
  const { x, y, width, height } = element.getBoundingClientRect();
  const at = { clientX: x + width / 2, clientY: y + height / 2 };
  for (const type of ['dragenter', 'dragover', 'drop']) {
    element.dispatchEvent(
      new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true, ...at }),
    );
  }
}
