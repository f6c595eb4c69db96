import { setImmediate as breathe } from 'node:timers/promises';

/** Brightness of every dot, row by row. */
export interface GreyPicture {
  width: number;
  height: number;
  dots: Uint8Array;
}

export interface PicturePlace {
  x: number;
  y: number;
  /** Correlation with what was looked for, 1 for the same. */
  likeness: number;
}

/** Dots that are compared first; all of them only where these are near enough. */
const SAMPLES = 48;
/** Mean difference of the samples, of 255, above which a place is given up. */
const FAR = 40;
const ROWS_AT_ONCE = 40;

/** Places where a picture stands in another one, the most alike first; those that overlap a better one are left out. */
export async function findPicture(
  whole: GreyPicture,
  part: GreyPicture,
  least: number,
  signal: AbortSignal,
): Promise<PicturePlace[]> {
  const found: PicturePlace[] = [];
  const size = part.width * part.height;
  const step = Math.max(1, Math.floor(size / SAMPLES));
  const samples = Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
  const offsets = samples.map((at) => Math.floor(at / part.width) * whole.width + (at % part.width));
  const bright = samples.map((at) => part.dots[at] ?? 0);
  const limit = FAR * samples.length;
  for (let y = 0; y + part.height <= whole.height; y++) {
    if (y % ROWS_AT_ONCE === 0) {
      await breathe();
      signal.throwIfAborted();
    }
    for (let x = 0; x + part.width <= whole.width; x++) {
      const start = y * whole.width + x;
      let difference = 0;
      for (let i = 0; i < offsets.length && difference <= limit; i++) {
        difference += Math.abs((whole.dots[start + (offsets[i] ?? 0)] ?? 0) - (bright[i] ?? 0));
      }
      if (difference > limit) continue;
      const likeness = correlation(whole, part, x, y);
      if (likeness >= least) found.push({ x, y, likeness });
    }
  }
  found.sort((a, b) => b.likeness - a.likeness);
  const apart: PicturePlace[] = [];
  for (const place of found) {
    const isOverlapping = apart.some(
      (other) => Math.abs(other.x - place.x) < part.width / 2 && Math.abs(other.y - place.y) < part.height / 2,
    );
    if (!isOverlapping) apart.push(place);
    if (apart.length >= 20) break;
  }
  return apart;
}

function correlation(whole: GreyPicture, part: GreyPicture, left: number, top: number): number {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let y = 0; y < part.height; y++) {
    const row = (top + y) * whole.width + left;
    for (let x = 0; x < part.width; x++) {
      const a = whole.dots[row + x] ?? 0;
      const b = part.dots[y * part.width + x] ?? 0;
      sumA += a;
      sumB += b;
      squareA += a * a;
      squareB += b * b;
      product += a * b;
    }
  }
  const n = part.width * part.height;
  const spread = Math.sqrt((squareA - sumA ** 2 / n) * (squareB - sumB ** 2 / n));
  return spread < 1 ? 0 : (product - (sumA * sumB) / n) / spread;
}

/** How much its brightness varies; a plain area looks like every other one. */
export function contrastOf({ dots }: GreyPicture): number {
  const mean = dots.reduce((sum, dot) => sum + dot, 0) / Math.max(1, dots.length);
  return Math.sqrt(dots.reduce((sum, dot) => sum + (dot - mean) ** 2, 0) / Math.max(1, dots.length));
}
