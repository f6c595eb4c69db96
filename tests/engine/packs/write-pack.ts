import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A pack as npm would have installed it below `folder`; `nodes` is the text of the list, `before` runs when the module is loaded. */
export async function writePack(
  folder: string,
  name: string,
  { nodes, before = '', manifest = {} }: { nodes: string; before?: string; manifest?: Record<string, unknown> },
): Promise<string> {
  const path = join(folder, 'node_modules', name);
  await mkdir(path, { recursive: true });
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({ name, version: '1.2.3', type: 'module', casare: { nodes: './index.js', ...manifest } }),
  );
  await writeFile(join(path, 'index.js'), `${before}\nexport const nodes = [${nodes}];\n`);
  return path;
}

/** The text of one node; `over` replaces members, `run` is the body of its function. */
export function nodeText(type: string, run: string, over: Record<string, unknown> = {}): string {
  const node = {
    type,
    title: 'A node',
    description: 'A node of the tests.',
    params: { type: 'object', properties: { value: { title: 'Value' } } },
    effect: 'pure',
    examples: [{ title: 'One', params: { value: 1 } }],
    ...over,
  };
  return `{ ...${JSON.stringify(node)}, async run(ctx, params) { ${run} } }`;
}
