const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/** How often a second so many loops get `work` done: the median of the rounds, the first of which does not count. */
export async function rate(name, loops, work) {
  const values = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const end = start + seconds * 1000;
    let count = 0;
    await Promise.all(
      Array.from({ length: loops }, async (_, loop) => {
        while (performance.now() < end) count += await work(loop);
      }),
    );
    if (round > 0) values.push(count / ((performance.now() - start) / 1000));
  }
  print(name, values);
}

export function print(name, values) {
  values.sort((a, b) => a - b);
  const [min, value, max] = [values[0], values[values.length >> 1], values.at(-1)].map(Math.round);
  console.log(JSON.stringify({ name, unit: 'jobs/s', value, min, max }));
}
