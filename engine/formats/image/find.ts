import { AppError } from '@casare/shared';
import type { DocumentHooks } from '../documents/hooks.ts';
import { areaSums, type GreyPicture, halve, toGrey } from './grey-levels.ts';
import { imageFault, openImage } from './open-image.ts';

export interface FindPictureInput {
  /** Four bytes per pixel. */
  screen: { width: number; height: number; data: Uint8Array };
  bytes: Uint8Array;
  what: string;
  /** 0–1. */
  threshold: number;
  /** Places to find at most, the best first. */
  limit: number;
}

export interface FoundPlace {
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
}

interface Candidate {
  x: number;
  y: number;
  score: number;
}

/** The smallest side and number of pixels that a picture is made smaller to: less would look like anything. */
const smallestSide = 8;
const smallestArea = 160;
/** Smaller pictures fit less well than they do at full size, so that more is let through. */
const tolerance = 0.4;
const mostCandidates = 300;
/** What half a pixel can cost. */
const phaseLoss = 0.35;

/**
 * Where a picture stands on a screen, by normalised cross-correlation: looked for in small copies first, then ever more exactly where
 * it seemed to be. The last look is at the colours.
 */
export async function findPicture(
  { screen, bytes, what, threshold, limit }: FindPictureInput,
  { progress }: DocumentHooks,
): Promise<{ places: FoundPlace[]; best: number }> {
  const wanted = await readColors(bytes, what);
  const { width, height } = wanted;
  if (width > screen.width || height > screen.height) return { places: [], best: 0 };
  checkContent(wanted.data, what);
  const levels = [
    {
      screen: toGrey(screen.data, screen.width, screen.height, 4),
      wanted: toGrey(wanted.data, width, height, 3),
    },
  ];
  for (let last = levels[0] as (typeof levels)[0]; mayHalve(last.wanted); ) {
    last = { screen: halve(last.screen), wanted: halve(last.wanted) };
    levels.push(last);
  }
  const coarse = levels.at(-1) as (typeof levels)[0];
  const isOnly = levels.length === 1;
  const phases = isOnly ? [coarse.wanted] : phasesOf((levels.at(-2) as (typeof levels)[0]).wanted);
  let found = searchAll(coarse.screen, phases, Math.max(0.3, threshold - (isOnly ? 0.1 : tolerance)), progress);
  found = keepBest(found, coarse.wanted);
  for (const [i, level] of levels.slice(0, -1).toReversed().entries()) {
    const below = Math.max(0.3, threshold - (i === levels.length - 2 ? 0.1 : tolerance));
    found = refine(level.screen, level.wanted, found, below);
    found = keepBest(found, level.wanted);
  }
  const scored = found.map(({ x, y }) => ({ x, y, score: colorScore(screen, wanted, x, y) }));
  const sorted = keepBest(scored, wanted);
  const places = sorted
    .filter(({ score }) => score >= threshold)
    .slice(0, limit)
    .map(({ x, y, score }) => ({ x, y, width, height, score: round(score) }));
  return { places, best: round(Math.max(0, sorted[0]?.score ?? 0)) };
}

const round = (score: number) => Math.round(score * 1e4) / 1e4;

async function readColors(bytes: Uint8Array, what: string) {
  try {
    const picture = (await openImage(bytes, what)).removeAlpha().toColourspace('srgb');
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    if (info.channels === 3) return { width: info.width, height: info.height, data: new Uint8Array(data) };
    // Pictures in grey come with one channel.
    const colors = new Uint8Array(info.width * info.height * 3).map((_, i) => data[Math.floor(i / 3)] ?? 0);
    return { width: info.width, height: info.height, data: colors };
  } catch (error) {
    throw imageFault(error, what);
  }
}

function checkContent(data: Uint8Array, what: string): void {
  const least = data.slice(0, 3);
  const most = data.slice(0, 3);
  data.forEach((value, i) => {
    const channel = i % 3;
    if (value < (least[channel] as number)) least[channel] = value;
    if (value > (most[channel] as number)) most[channel] = value;
  });
  if (most.every((value, channel) => value - (least[channel] as number) < 8))
    throw new AppError('DATA_FORMAT', `${what} is of one colour, so it fits anywhere. Cut out something with an edge.`);
}

function mayHalve({ width, height }: GreyPicture): boolean {
  return Math.min(width, height) >= 2 * smallestSide && (width >> 1) * (height >> 1) >= smallestArea;
}

/** Halved four times, beginning at an even or an odd pixel: it need not stand on an even one on the screen. */
function phasesOf(wanted: GreyPicture): GreyPicture[] {
  const shifts = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const;
  return shifts.map(([dx, dy]) => {
    const [width, height] = [wanted.width - dx, wanted.height - dy];
    const data = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      const from = (y + dy) * wanted.width + dx;
      data.set(wanted.data.subarray(from, from + width), y * width);
    }
    return halve({ width, height, data });
  });
}

interface Template {
  width: number;
  height: number;
  /** Values less their mean. */
  data: Float32Array;
  /** Root of the sum of their squares. */
  norm: number;
}

function templateOf({ width, height, data }: GreyPicture): Template {
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  const centered = data.map((value) => value - mean);
  let square = 0;
  for (const value of centered) square += value * value;
  return { width, height, data: centered, norm: Math.sqrt(square) };
}

function createScore(screen: GreyPicture, template: Template, sums = areaSums(screen)) {
  const { width, height, data, norm } = template;
  const count = width * height;
  return (x: number, y: number): number => {
    const sum = sums.sum(x, y, width, height);
    const spread = Math.sqrt(Math.max(0, sums.square(x, y, width, height) - (sum * sum) / count));
    // Where nothing is to be seen, nothing fits.
    if (spread < norm * 0.1 || norm === 0) return 0;
    let product = 0;
    for (let row = 0, at = 0; row < height; row++) {
      let from = (y + row) * screen.width + x;
      for (let column = 0; column < width; column++, at++, from++)
        product += (data[at] as number) * (screen.data[from] as number);
    }
    return product / (norm * spread);
  };
}

function searchAll(
  screen: GreyPicture,
  phases: readonly GreyPicture[],
  threshold: number,
  progress: (fraction: number) => void,
): Candidate[] {
  const sums = areaSums(screen);
  const [score, ...others] = phases.map((wanted) => createScore(screen, templateOf(wanted), sums));
  const [{ width, height }] = phases as readonly [GreyPicture];
  const [lastX, lastY] = [screen.width - width, screen.height - height];
  const found: Candidate[] = [];
  for (let y = 0; y <= lastY; y++) {
    if (y % 200 === 199) progress(y / (lastY + 1));
    for (let x = 0; x <= lastX; x++) {
      let value = score?.(x, y) ?? 0;
      // What looks like nothing of the kind need not be looked at four times.
      if (value > threshold - phaseLoss) for (const other of others) value = Math.max(value, other(x, y));
      if (value >= threshold) found.push({ x, y, score: value });
    }
  }
  return found;
}

/** Around where it seemed to be in the picture of half the size. */
function refine(screen: GreyPicture, wanted: GreyPicture, found: Candidate[], threshold: number): Candidate[] {
  const score = createScore(screen, templateOf(wanted));
  const [lastX, lastY] = [screen.width - wanted.width, screen.height - wanted.height];
  return found.flatMap((candidate) => {
    let best: Candidate = { x: 0, y: 0, score: -1 };
    for (let y = Math.max(0, candidate.y * 2 - 2); y <= Math.min(lastY, candidate.y * 2 + 3); y++) {
      for (let x = Math.max(0, candidate.x * 2 - 2); x <= Math.min(lastX, candidate.x * 2 + 3); x++) {
        const value = score(x, y);
        if (value > best.score) best = { x, y, score: value };
      }
    }
    return best.score >= threshold ? [best] : [];
  });
}

/** Of those that overlap by more than half, the best one. */
function keepBest(found: Candidate[], { width, height }: { width: number; height: number }): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.length === mostCandidates) break;
    const isNew = kept.every(
      ({ x, y }) => Math.abs(x - candidate.x) * 2 > width || Math.abs(y - candidate.y) * 2 > height,
    );
    if (isNew) kept.push(candidate);
  }
  return kept;
}

/** The same for all three colours at once, with one mean: a red button is not a green one of the same shape. */
function colorScore(
  screen: FindPictureInput['screen'],
  wanted: { width: number; height: number; data: Uint8Array },
  left: number,
  top: number,
): number {
  const count = wanted.width * wanted.height * 3;
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let y = 0, at = 0; y < wanted.height; y++) {
    let from = ((top + y) * screen.width + left) * 4;
    for (let x = 0; x < wanted.width; x++, from += 4) {
      for (let channel = 0; channel < 3; channel++, at++) {
        const a = wanted.data[at] as number;
        const b = screen.data[from + channel] as number;
        sumA += a;
        sumB += b;
        squareA += a * a;
        squareB += b * b;
        product += a * b;
      }
    }
  }
  const spread = Math.sqrt((squareA - (sumA * sumA) / count) * (squareB - (sumB * sumB) / count));
  return spread > 0 ? (product - (sumA * sumB) / count) / spread : 0;
}
