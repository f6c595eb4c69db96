import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catalog, indexCatalog, validateWorkflow, workflowSchema } from '@casare/shared';

/** How long it takes to find every problem of a large document. */
const catalog = indexCatalog(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'engine', 'catalog.json'), 'utf8')) as Catalog,
);

for (const count of [100, 1000, 10_000]) {
  const document = workflowSchema.parse({
    schemaVersion: 1,
    id: 'bench',
    name: 'Bench',
    nodes: [
      { id: 'start', type: 'control.start' },
      ...Array.from({ length: count }, (_, i) => ({
        id: `n${i}`,
        type: 'data.log',
        params: { message: i === 0 ? 'begin' : `\${steps.n${i - 1}.output}` },
      })),
    ],
    edges: Array.from({ length: count }, (_, i) => ({
      id: `e${i}`,
      from: { node: i === 0 ? 'start' : `n${i - 1}`, port: 'out' },
      to: { node: `n${i}`, port: 'in' },
    })),
  });
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    validateWorkflow(document, catalog);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  console.log(
    JSON.stringify({ name: `validate ${count} nodes`, unit: 'ms', value: times[3], min: times[0], max: times[6] }),
  );
}
