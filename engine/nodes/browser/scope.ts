import { AppError } from '@casare/shared';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { fitsAddress } from '../../resources/address-pattern.ts';
import { pollUntil } from './poll-until.ts';
import type { Target } from './target.ts';

/** The page, or the frame in it, that an element is looked for in. */
export type Scope = Page | Frame | FrameLocator;

export interface Place {
  frames: string[];
  selector: string;
}

interface Wait {
  timeout: number;
  signal: AbortSignal;
}

/** Frames and selector of a target, wherever the frames were written. */
export function placeOf(target: Target, frame?: string | readonly string[]): Place {
  const outer = typeof frame === 'string' ? splitFrames(frame) : [...(frame ?? [])];
  if (typeof target !== 'string') return { frames: [...outer, ...(target.frames ?? [])], selector: target.selector };
  const parts = splitFrames(target);
  return { frames: [...outer, ...parts.slice(0, -1)], selector: parts.at(-1) ?? target };
}

function splitFrames(written: string): string[] {
  return written
    .split('>>>')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export async function enterFrames(page: Page, frames: readonly string[], wait: Wait): Promise<Scope> {
  let scope: Scope = page;
  for (const frame of frames) {
    if (frame.startsWith('url=')) scope = await frameAt(scope, frame.slice(4).trim(), wait);
    else if (frame.startsWith('name=')) scope = scope.frameLocator(frameNamed(frame.slice(5).trim()));
    else scope = scope.frameLocator(frame);
  }
  return scope;
}

/** The frame itself, for what no frame locator can do. */
export async function frameOf(scope: Scope, wait: Wait): Promise<Frame> {
  if ('mainFrame' in scope) return scope.mainFrame();
  if (!('owner' in scope)) return scope;
  const holder = await scope.owner().elementHandle(wait);
  const frame = await holder?.contentFrame();
  if (frame) return frame;
  throw new AppError('ELEMENT_NOT_FOUND', 'What "In frame" names is not a frame. Name the iframe element itself.');
}

function frameNamed(name: string): string {
  const quoted = `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
  return `iframe[name=${quoted}], frame[name=${quoted}], iframe[id=${quoted}]`;
}

async function frameAt(scope: Scope, address: string, wait: Wait): Promise<Frame> {
  const parent = await frameOf(scope, wait);
  const found = await pollUntil(() => parent.childFrames().find((child) => fitsAddress(address, child.url())), wait);
  if (found) return found;
  const urls = parent.childFrames().map((child) => child.url());
  throw new AppError(
    'ELEMENT_NOT_FOUND',
    `No frame with an address like "${address}" appeared within ${wait.timeout} ms. There are ${urls.length}: ${urls.join(', ').slice(0, 1000) || 'none'}.`,
    { retryable: true, details: { frame: address, frames: urls.slice(0, 20), timeoutMs: wait.timeout } },
  );
}
