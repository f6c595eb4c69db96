import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** `npm run bench [-- NAME …] [-- --json FILE]`: measures, prints a table, never judges. Not part of any test. */
const BENCHES = ['browser', 'engine', 'fleet', 'queue', 'validate', 'peers', 'queue-peers'] as const;
/** Only when they are asked for: they install other programs. */
const ON_REQUEST = ['peers', 'queue-peers'];

/** One figure; `value` is the median of several runs. */
interface Figure {
  name: string;
  unit: string;
  value: number;
  min?: number;
  max?: number;
}

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const jsonAt = args.indexOf('--json');
const jsonFile = jsonAt === -1 ? undefined : args[jsonAt + 1];
const wanted = args.filter((arg, i) => !arg.startsWith('--') && (jsonAt === -1 || i !== jsonAt + 1));
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench === name));
if (unknown.length > 0 || (jsonAt !== -1 && jsonFile === undefined)) {
  console.error(`usage: npm run bench [-- ${BENCHES.join(' | ')}] [-- --json FILE]`);
  process.exit(2);
}

const machine = {
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
};
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
);
const results: Record<string, Figure[]> = {};
for (const bench of BENCHES) {
  if (wanted.length > 0 ? !wanted.includes(bench) : ON_REQUEST.includes(bench)) continue;
  console.log(`\n${bench}`);
  results[bench] = await measure(bench);
}
if (jsonFile !== undefined)
  await writeFile(jsonFile, `${JSON.stringify({ machine, at: new Date().toISOString(), results }, null, 2)}\n`);

/** Each bench runs in a process of its own, so that none warms up or litters another. */
function measure(bench: string): Promise<Figure[]> {
  return new Promise((resolve, reject) => {
    const figures: Figure[] = [];
    const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, `${bench}.bench.ts`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const figure = readFigure(line);
      if (!figure) return;
      figures.push(figure);
      const range =
        figure.min === undefined || figure.max === undefined
          ? ''
          : `   (${format(figure.min)} – ${format(figure.max)})`;
      console.log(`  ${figure.name.padEnd(52)} ${format(figure.value).padStart(14)} ${figure.unit}${range}`);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(figures) : reject(new Error(`the bench "${bench}" ended with code ${code}`)),
    );
  });
}

function readFigure(line: string): Figure | undefined {
  try {
    const value = JSON.parse(line) as Figure;
    return typeof value.name === 'string' && typeof value.value === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

function format(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
