import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../build/run-tool.ts';

/** What Prometheus itself says of text with metrics (`check metrics`) or of a file with rules; empty when it finds nothing wrong. */
export function promtool(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('promtool', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? '' : `exit ${code}: ${said}`));
    child.stdin.end(input);
  });
}

/** Names of the metrics that an answer of /metrics describes, with those of the series of histograms. */
export function metricNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    names.add(name);
    if (type === 'histogram') for (const series of ['bucket', 'sum', 'count']) names.add(`${name}_${series}`);
  }
  return names;
}

/** Names of metrics that the expressions of a dashboard or of the rules use. */
export async function usedNames(path: string): Promise<string[]> {
  const text = await readFile(join(root, path), 'utf8');
  const expressions = path.endsWith('.json')
    ? (JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(({ targets }) =>
        targets.map(({ expr }) => expr),
      )
    : [...text.matchAll(/^ *expr: (['"])(.*)\1$/gm)].map((match) => match[2] ?? '');
  const used = expressions.flatMap((expression) => expression.match(/\b(casare|process|nodejs)_[a-z0-9_]+/g) ?? []);
  return [...new Set(used)].toSorted();
}
