import type { Times } from '@casare/shared';

/** Every bucket reaches a tenth further than it begins: the middle of it is off by less than 5 %. */
export const BUCKET_GROWTH = 1.1;

export interface Bucket {
  readonly bucket: number;
  readonly n: number;
}

/** Percentiles of times that were counted in buckets, in milliseconds. */
export function timesOf(buckets: readonly Bucket[]): Times {
  const sorted = buckets.toSorted((a, b) => a.bucket - b.bucket);
  const total = sorted.reduce((sum, { n }) => sum + n, 0);
  return { p50: at(sorted, total, 0.5), p90: at(sorted, total, 0.9), p99: at(sorted, total, 0.99) };
}

function at(sorted: readonly Bucket[], total: number, share: number): number | null {
  if (total === 0) return null;
  const rank = Math.ceil(total * share);
  let passed = 0;
  for (const { bucket, n } of sorted) {
    passed += n;
    if (passed >= rank) return Math.round(BUCKET_GROWTH ** (bucket + 0.5));
  }
  return null;
}
