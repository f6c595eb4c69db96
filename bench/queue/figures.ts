import { performance } from 'node:perf_hooks';

const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/** Prints a figure as the runner of the benches reads it: the median with the smallest and the largest. */
export function report(name: string, unit: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value = Number.NaN) => Math.round(value * 10) / 10;
  console.log(
    JSON.stringify({
      name,
      unit,
      value: round(sorted[Math.floor(sorted.length / 2)]),
      ...(sorted.length > 1 ? { min: round(sorted[0]), max: round(sorted.at(-1)) } : {}),
    }),
  );
}

/** Reports how often a second so many loops get `work` done, after a round that does not count. */
export async function reportRate(
  name: string,
  unit: string,
  loops: number,
  work: (loop: number) => Promise<number>,
): Promise<void> {
  await rate(loops, work);
  const values: number[] = [];
  for (let i = 0; i < rounds; i++) values.push(await rate(loops, work));
  report(name, unit, values);
}

async function rate(loops: number, work: (loop: number) => Promise<number>): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: loops }, async (_, loop) => {
      let count = 0;
      while (performance.now() < end) count += await work(loop);
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - start) / 1000);
}
