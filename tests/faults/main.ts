import { parseArgs } from 'node:util';
import { faults } from './cases/index.ts';
import { mutations } from './mutation-list.ts';
import { runMutations } from './mutations.ts';
import { report, reportJson, type Ran } from './report.ts';

const usage = `usage: npm run test:faults -- [--seconds N] [--seed S] [--only NAME] [--all] [--mutations] [--json]
  without --only and --all: chaos. With --mutations: those with NAME in theirs. NAME: ${faults.map(({ name }) => name).join(', ')}`;

/** Exit codes: 0 nothing violated, 1 something was, 2 wrong arguments. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      all: { type: 'boolean' },
      mutations: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  if (values.mutations === true) {
    const some = mutations.filter(({ name }) => name.includes(values.only ?? ''));
    const results = await runMutations(log, some);
    return results.length > 0 && results.every(({ caught }) => caught) ? 0 : 1;
  }
  const chosen = faults.filter(({ name }) => values.all === true || name === (values.only ?? 'chaos'));
  if (chosen.length === 0 || Number.isNaN(seed) || Number.isNaN(seconds)) {
    console.error(usage);
    return 2;
  }
  const ran: Ran[] = [];
  for (const fault of chosen) {
    log(`── ${fault.name}, seed ${seed}`);
    const result = await fault.run({ seed, log, ...(seconds !== undefined && { seconds }) });
    ran.push({ name: fault.name, seed, result });
  }
  process.stdout.write(values.json === true ? reportJson(ran) : report(ran));
  return ran.some(({ result }) => result.violations.length > 0) ? 1 : 0;
}

// Leaves by the exit handlers of what it started, so that nothing outlives it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
